#!/usr/bin/env bash
# Numbered frames through testpmd: none lost that nobody counts, none doubled, reordered or damaged.
source "$(dirname "${BASH_SOURCE[0]}")/rows.bash"

# address SOCKET LAYOUT MERGEABLE QUEUES ROLE: ours.
address() {
    echo -n "vhost-user:$1,mergeable=$3,queues=$4"
    if [ "$2" = packed ]; then echo -n ,packed; fi
    if [ "$5" = server ]; then echo -n ,server; fi
}

# vhost NUMBER QUEUES ROLE: testpmd's option for the other end of vNUMBER.sock. ROLE is ours.
vhost() { echo "--vdev=net_vhost$1,iface=v$1.sock,queues=$2,client=$([ "$3" = server ] && echo 1 || echo 0)"; }

# The counters of a run in which `generate` sent $1 frames and nothing may be lost.
nothing_lost() {
    equal "sent" "$(summary generate txPackets)" "$1"
    equal "dropped by generate" "$(summary generate drops)" 0
    equal "numbers that came" "$(sequence capture numbers)" "$1"
    equal "lost" "$(sequence capture lost)" 0
    whole
}

whole() {
    equal "doubled" "$(sequence capture doubled)" 0
    equal "reordered" "$(sequence capture reordered)" 0
    equal "damaged" "$(sequence capture damaged)" 0
    equal "without a number" "$(sequence capture withoutNumber)" 0
}

# generate -> testpmd -> capture.
through() {   # layout mergeable queues role frames option…
    local layout=$1 mergeable=$2 queues=$3 role=$4 frames=$5
    shift 5
    local back_end=(testpmd pmd "$(vhost 0 "$queues" "$role")" "$(vhost 1 "$queues" "$role")" --
        --rxq="$queues" --txq="$queues")
    # Whoever listens comes first.
    [ "$role" = client ] && "${back_end[@]}"
    start capture "$ixy" capture "$(address v1.sock "$layout" "$mergeable" "$queues" "$role")" --queues "$queues" \
        --check-sequence --json "$@"
    start generate "$ixy" generate "$(address v0.sock "$layout" "$mergeable" "$queues" "$role")" --queues "$queues" \
        --flows 8 --json --count "$frames"
    [ "$role" = server ] && "${back_end[@]}"
    ready pmd v0.sock
    ready pmd v1.sock
    features pmd v0.sock "$layout" "$mergeable"
    features pmd v1.sock "$layout" "$mergeable"
    forwarding pmd
    ends generate 30
    equal "generate's exit code" "$status" 0
    drained
    kill -INT "${pids[capture]}"
    ends capture 5
    equal "capture's exit code" "$status" 130
    quit pmd
    equal "received by testpmd" "$(forwarded pmd RX-packets)" "$frames"
    equal "dropped by testpmd" "$(forwarded pmd TX-dropped)" 0
    nothing_lost "$frames"
}

# Until testpmd has sent all that it has received, and capture has had the time to take it.
drained() {
    tell pmd "show port stats all"
    sleep 0.3
}

for layout in split packed; do
    for setup in "on 1 client" "off 1 client" "on 2 client" "off 2 server" "on 1 server"; do
        read -r mergeable queues role <<<"$setup"
        row "traffic-$layout-mergeable-$mergeable-$queues-$role" \
            "vhost-user, $role|$layout|mergeable $mergeable, $queues queue pair(s), polling|50,000 numbered frames there and back, all in order|testpmd net_vhost" \
            through $layout $mergeable $queues $role 50000
    done
    row "traffic-$layout-interrupts" \
        "vhost-user, client|$layout|interrupts|500,000 numbered frames there and back, all in order|testpmd net_vhost" \
        through $layout on 1 client 500000 --interrupts
done
conclude
