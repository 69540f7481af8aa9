#!/usr/bin/env bash
# Numbered frames through testpmd: none lost that nobody counts, none doubled, reordered or damaged.
source "$(dirname "${BASH_SOURCE[0]}")/rows.bash"

# address SOCKET LAYOUT MERGEABLE QUEUES ROLE: ours.
address() {
    echo -n "vhost-user:$1,mergeable=$3,queues=$4"
    if [ "$2" = packed ]; then echo -n ,packed; fi
    if [ "$5" = server ]; then echo -n ,server; fi
    if [ "${in_order:-on}" = off ]; then echo -n ,in-order=off; fi
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
    ends generate 60
    equal "generate's exit code" "$status" 0
    arrived capture "$frames"
    kill -INT "${pids[capture]}"
    ends capture 20
    equal "capture's exit code" "$status" 130
    quit pmd
    equal "received by testpmd" "$(forwarded pmd RX-packets)" "$frames"
    equal "dropped by testpmd" "$(forwarded pmd TX-dropped)" 0
    nothing_lost "$frames"
    # Each queue had its share.
    local queue
    for ((queue = 0; queues > 1 && queue < queues; queue++)); do
        grep '"summary":true' capture.out | grep "\"queue\":$queue," | grep -q '"rxPackets":[1-9]' ||
            problem "nothing came through queue $queue"
    done
}

# generate -> testpmd -> forward -> testpmd -> capture.
between() {   # left layout, right layout, queues, frames
    local left=$1 right=$2 queues=$3 frames=$4
    testpmd pmd "$(vhost 0 "$queues" client)" "$(vhost 1 "$queues" client)" "$(vhost 2 "$queues" client)" \
        "$(vhost 3 "$queues" client)" -- --rxq="$queues" --txq="$queues"
    start capture "$ixy" capture "$(address v3.sock "$right" on "$queues" client)" --queues "$queues" --check-sequence \
        --json --interrupts
    start forward "$ixy" forward "$(address v1.sock "$left" on "$queues" client)" \
        "$(address v2.sock "$right" on "$queues" client)" --queues "$queues" --lossless --json --interrupts
    start generate "$ixy" generate "$(address v0.sock "$left" on "$queues" client)" --queues "$queues" --flows 8 --json \
        --count "$frames"
    local number
    for number in 0 1 2 3; do ready pmd v$number.sock; done
    features pmd v1.sock "$left" on
    features pmd v2.sock "$right" on
    forwarding pmd
    ends generate 60
    arrived capture "$frames"
    kill -INT "${pids[forward]}" "${pids[capture]}"
    ends forward 20
    equal "forward's exit code" "$status" 130
    ends capture 20
    quit pmd
    equal "sent by forward" "$(summary forward txPackets)" "$frames"
    nothing_lost "$frames"
}

# generate -> testpmd -> capture: what is lost is what testpmd counts. Capture stands still until something is
# lost, as it depends on the processors' other work whether it is too slow by itself.
lossy() {   # layout frames
    testpmd pmd "$(vhost 0 1 client)" "$(vhost 1 1 client)" --
    tell pmd "set burst tx delay 0 retry 0"
    start capture "$ixy" capture "$(address v1.sock "$1" on 1 client)" --check-sequence --json
    start generate "$ixy" generate "$(address v0.sock "$1" on 1 client)" --json --count "$2" --rate 200000
    ready pmd v0.sock
    ready pmd v1.sock
    kill -STOP "${pids[capture]}"
    forwarding pmd
    await 30 "testpmd to drop a frame" something_dropped
    kill -CONT "${pids[capture]}"
    ends generate 60
    drained
    kill -INT "${pids[capture]}"
    ends capture 20
    quit pmd
    local sent came dropped
    sent=$(summary generate txPackets) came=$(sequence capture numbers) dropped=$(forwarded pmd TX-dropped)
    equal "sent" "$sent" "$2"
    equal "dropped by generate" "$(summary generate drops)" 0
    equal "came and dropped by testpmd" $((came + dropped)) "$sent"
    ((dropped > 0)) || problem "nothing was dropped, so nothing is shown"
    ((came > sent / 10)) || problem "only $came frames came, so little is shown"
    whole
}

something_dropped() {
    tell pmd "show fwd stats all"
    sleep 0.1
    grep -q 'TX-dropped: *[1-9]' pmd.out
}

# A back-end that is killed under load, with its sockets left behind, and started again: both of our sides find it again and
# go on. Nobody can count the packets that the dead one had, at most two rings and a burst; all others are there, or counted.
restarted() {   # layout role frames
    local layout=$1 role=$2 frames=$3
    local back_end=(testpmd pmd "$(vhost 0 1 "$role")" "$(vhost 1 1 "$role")" --)
    [ "$role" = client ] && "${back_end[@]}"
    start capture "$ixy" capture "$(address v1.sock "$layout" on 1 "$role")" --check-sequence --json
    start generate "$ixy" generate "$(address v0.sock "$layout" on 1 "$role")" --json --count "$frames" --rate 40000
    [ "$role" = server ] && "${back_end[@]}"
    ready pmd v0.sock
    ready pmd v1.sock
    forwarding pmd
    arrived capture $((frames / 10))
    kill -0 "${pids[generate]}" 2>/dev/null || problem "generate was done too soon"
    killed pmd "$role"
    local before
    before=$(taken capture)
    ((before < frames)) || problem "all had arrived before the back-end was killed"
    "${back_end[@]}"
    ready pmd v0.sock
    ready pmd v1.sock
    forwarding pmd
    ends generate 100
    drained
    kill -INT "${pids[capture]}"
    ends capture 20
    quit pmd
    local sent came drops
    sent=$(summary generate txPackets) came=$(sequence capture numbers) drops=$(summary generate drops)
    equal "sent" "$sent" "$frames"
    equal "resets of generate" "$(summary generate resets)" 1
    equal "resets of capture" "$(summary capture resets)" 1
    ((came > before)) || problem "nothing came after the restart"
    local uncounted=$((sent - came - drops))
    ((uncounted >= 0 && uncounted <= 2 * 512 + 32)) || problem "$uncounted frames were lost that nobody counted"
    whole
}

# Until testpmd passes nothing on any more, and capture has taken all.
drained() {
    local last=
    all_sent() {
        tell pmd "show fwd stats all"
        sleep 0.2
        local sent
        sent=$(passed_on)
        [ -n "$sent" ] && [ "$sent" = "$last" ] && return 0
        last=$sent
        return 1
    }
    await 30 "testpmd to pass on all" all_sent
    settled capture
}

# The number of packets that testpmd has sent to capture, by its last report.
passed_on() { sed -n 's/.*TX-packets: *\([0-9]*\).*/\1/p' pmd.out | tail -n 1; }

for layout in split packed; do
    for setup in {on,off}" "{1,2}" "{client,server}; do
        read -r mergeable queues role <<<"$setup"
        row "traffic-$layout-mergeable-$mergeable-$queues-$role" \
            "vhost-user, $role|$layout|mergeable $mergeable, in order, $queues queue pair(s), polling|50,000 numbered frames there and back, all in order|testpmd net_vhost" \
            through $layout $mergeable $queues $role 50000
    done
    for mergeable in on off; do
        in_order=off row "traffic-$layout-mergeable-$mergeable-any-order" \
            "vhost-user, client|$layout|mergeable $mergeable, no order promised, polling|50,000 numbered frames there and back, all in order|testpmd net_vhost" \
            through $layout $mergeable 1 client 50000
    done
    for role in client server; do
        row "restart-$layout-$role" \
            "vhost-user, $role|$layout|back-end killed under load and started again|200,000 numbered frames: none doubled, reordered or damaged; lost is what is counted, and what the dead process had|testpmd net_vhost" \
            restarted $layout $role 200000
    done
    row "traffic-$layout-interrupts" \
        "vhost-user, client|$layout|interrupts|500,000 numbered frames there and back, all in order|testpmd net_vhost" \
        through $layout on 1 client 500000 --interrupts
    row "lossy-$layout" \
        "vhost-user, client|$layout|testpmd drops what does not fit|frames that came and frames that testpmd counts as dropped are all that were sent|testpmd net_vhost" \
        lossy $layout 400000
done
for setup in "split split 1" "packed packed 1" "split packed 1" "packed split 2"; do
    read -r left right queues <<<"$setup"
    row "forward-$left-$right-$queues" \
        "vhost-user, client|$left, $right|forward between two back-ends, $queues queue pair(s)|100,000 numbered frames, all in order|testpmd net_vhost" \
        between $left $right $queues 100000
done
conclude
