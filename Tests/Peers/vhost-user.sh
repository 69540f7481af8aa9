#!/usr/bin/env bash
# Our vhost-user front-end and back-end against DPDK's: handshake, shared memory, notifications, and one frame a queue
# pair, on rings that are written by hand.
#
#   Tests/Peers/vhost-user.sh        wants dpdk-testpmd (Debian: dpdk-dev), no privilege
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
peer=${PEER:-.build/debug/VhostUserPeer}
[ -n "${PEER:-}" ] || swift build --product VhostUserPeer >/dev/null || { echo "FAILED build"; exit 1; }
command -v dpdk-testpmd >/dev/null || { echo "FAILED: dpdk-testpmd is missing; install Debian's dpdk-dev"; exit 1; }
scratch=$(mktemp -d)
pids=()
cleanup() {
    for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null; done
    wait 2>/dev/null
    rm -rf "$scratch" "/var/run/dpdk/ixy-$$-"*
}
trap cleanup EXIT
passed=0
failed=0
# The results of the rows, for the table of scripts/virtio-table.
results=$PWD/.build/test-results/peers/vhost-user.rows
mkdir -p "$(dirname "$results")" && rm -f "$results"

# testpmd NAME OPTIONS… -- OPTIONS…: starts it; it forwards at once all that comes, until `end` or until this script is gone.
testpmd() {
    local name=$1
    shift
    dpdk-testpmd --lcores 0@0,1@1 --no-pci --no-huge -m 256 --no-telemetry --file-prefix="ixy-$$-$name" "$@" \
        --auto-start --no-flush-rx --total-num-mbufs=4096 --port-topology=loop \
        >"$scratch/$name.log" 2>&1 < <(exec tail -f /dev/null --pid=$$) &
    pid=$!
    pids+=("$pid")
}
end() { kill -KILL "$1" 2>/dev/null; wait "$1" 2>/dev/null; }
# Lets it stop its ports and say good-bye, if it does so soon.
leave() {
    kill -INT "$1" 2>/dev/null
    for _ in $(seq 50); do kill -0 "$1" 2>/dev/null || break; sleep 0.1; done
    end "$1"
}
await() { for _ in $(seq 400); do "$@" 2>/dev/null && return 0; sleep 0.1; done; return 1; }

result() {   # name status log…
    note "$1" "$([ "$2" = 0 ] && echo passed || echo failed)"
    if [ "$2" = 0 ]; then
        passed=$((passed + 1))
        echo "ok $1"
    else
        failed=$((failed + 1))
        echo "FAILED $1"
        tail -n 15 "${@:3}" | sed 's/^/    /'
    fi
}

# Notes a row for the table. Its name is side-layout-pairs-role.
note() {   # name passed-or-failed
    local side layout pairs role
    IFS=- read -r side layout pairs role <<<"$1"
    case $side-$layout in
    fe-restart) echo "$1|$2|vhost-user, client|split|back-end killed and started again|a frame there and back, before and after|testpmd net_vhost" ;;
    fe-*) echo "$1|$2|vhost-user, $role|$layout|handshake and notifications, $pairs queue pair(s)|a frame of each pair there and back|testpmd net_vhost" ;;
    be-*) echo "$1|$2|vhost-user back-end, $role|$layout|our back-end: handshake and notifications, $pairs queue pair(s)|frames of each pair taken|testpmd net_virtio_user" ;;
    esac >>"$results"
}

echo_back_end() {   # name queues client-or-server
    local client=
    [ "$3" = client ] && client=,client=1
    testpmd "$1" --vdev "net_vhost0,iface=$scratch/$1.sock,queues=$2$client" -- \
        --rxq="$2" --txq="$2" --forward-mode=macswap
}

# Our front-end, DPDK's back-end.
for ring in split packed; do
    for queues in 1 2; do
        for role in client server; do
            name=fe-$ring-$queues-$role
            address=vhost-user:$scratch/$name.sock,queues=$queues
            [ $ring = packed ] && address+=,packed
            if [ $role = client ]; then
                echo_back_end "$name" $queues server
                await test -S "$scratch/$name.sock"
                timeout -s KILL 90 "$peer" front-end "$address" >"$scratch/$name.out" 2>&1
                status=$?
            else
                timeout -s KILL 90 "$peer" front-end "$address,server" >"$scratch/$name.out" 2>&1 &
                front=$!
                pids+=("$front")
                await test -S "$scratch/$name.sock"
                echo_back_end "$name" $queues client
                wait "$front"
                status=$?
            fi
            end "$pid"
            result "$name" $status "$scratch/$name.out" "$scratch/$name.log"
        done
    done
done

# Its back-end is killed and comes back.
name=fe-restart
echo_back_end "$name" 1 server
await test -S "$scratch/$name.sock"
timeout -s KILL 90 "$peer" front-end "vhost-user:$scratch/$name.sock" reconnect >"$scratch/$name.out" 2>&1 &
front=$!
pids+=("$front")
await grep -q "end the back-end now" "$scratch/$name.out"
end "$pid"
rm -f "$scratch/$name.sock"
echo_back_end "$name" 1 server
wait "$front"
result "$name" $? "$scratch/$name.out" "$scratch/$name.log"
end "$pid"

# Our back-end, DPDK's front-end.
for ring in split packed; do
    for queues in 1 2; do
        for role in server client; do
            name=be-$ring-$queues-$role
            packed=$([ $ring = packed ] && echo 1 || echo 0)
            side=$([ $role = client ] && echo ,server=1)
            vdev=net_virtio_user0,path=$scratch/$name.sock,queues=$queues,queue_size=256,packed_vq=$packed,mrg_rxbuf=1,in_order=0$side
            timeout -s KILL 90 "$peer" back-end "$scratch/$name.sock" $role $((2 * queues)) >"$scratch/$name.out" 2>&1 &
            back=$!
            pids+=("$back")
            [ $role = server ] && await test -S "$scratch/$name.sock"
            testpmd "$name" --single-file-segments --vdev "$vdev" -- --rxq=$queues --txq=$queues --forward-mode=txonly
            await grep -q "queue $((2 * queues - 1))," "$scratch/$name.out"
            leave "$pid"
            wait "$back"
            result "$name" $? "$scratch/$name.out" "$scratch/$name.log"
        done
    done
done

echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
