# The common parts of Tests/Peers/*.sh: rows, each a test in a subshell of its own; testpmd and ixy as children that do
# not outlive their row; waits that end. To be sourced.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
ixy=${IXY:-$PWD/.build/release/ixy}
for tool in dpdk-testpmd tshark setpriv "$ixy"; do
    command -v "$tool" >/dev/null ||
        { echo "FAILED $tool is missing; run scripts/setup dpdk-dev tshark and swift build -c release"; exit 1; }
done
# A socket's path has 107 characters at most, so not below TMPDIR.
logs=$PWD/.build/test-logs/peers
# The results of the rows, for the table of scripts/virtio-table.
results=$PWD/.build/test-results/peers/$(basename "$0" .sh).rows
mkdir -p "$(dirname "$results")" && rm -f "$results"
scratch=$(mktemp -d /tmp/ixy-peers.XXXXXX)
chmod 755 "$scratch"
prefix=ixy-$$
passed=0
failed=0
row_pid=
trap 'remove_all' EXIT
trap 'echo "interrupted" >&2; exit 130' INT TERM

# The children of a row die with its subshell.
remove_all() {
    [ -z "$row_pid" ] || kill -KILL "$row_pid" 2>/dev/null
    rm -rf "$scratch" /var/run/dpdk/"$prefix"-*
}

# row NAME TABLE FUNCTION ARGUMENT…: a row passes if its function returns 0, within two minutes: the machine may be busy.
# TABLE is what the table says of it: transport|layout|feature|what was shown|peer.
row() {
    local name=$1 table=$2 start=$SECONDS status=0
    shift 2
    [ -z "${ROWS:-}" ] || [[ $name == $ROWS ]] || return 0
    local folder=$scratch/$name
    mkdir "$folder"
    (
        cd "$folder" || exit 1
        chmod 777 .
        "$@"
    ) >"$folder/verdict" 2>&1 </dev/null &
    row_pid=$!
    while kill -0 $row_pid 2>/dev/null && ((SECONDS < start + 120)); do sleep 0.05; done
    if kill -KILL $row_pid 2>/dev/null; then echo "it did not end within 120 seconds" >>"$folder/verdict"; fi
    # Bash itself would say "Killed".
    wait $row_pid 2>/dev/null
    status=$?
    row_pid=
    if [ $status = 0 ]; then
        passed=$((passed + 1))
        echo "ok $name ($((SECONDS - start)) s)"
    else
        failed=$((failed + 1))
        echo "FAILED $name ($((SECONDS - start)) s)"
        tail -n 12 "$folder/verdict" | sed 's/^/    /'
        for log in "$folder"/*.err; do
            [ -e "$log" ] && tail -n 3 "$log" | sed "s/^/    $(basename "$log"): /" | cut -c 1-200
        done
        # All that was said.
        rm -rf "${logs:?}/$name" && mkdir -p "$logs/$name" && cp "$folder"/*.out "$folder"/*.err "$logs/$name" 2>/dev/null
        echo "    more in $logs/$name"
    fi
    [ -z "$table" ] || echo "$name|$([ $status = 0 ] && echo passed || echo failed)|$table" >>"$results"
    rm -rf "$folder"
}

conclude() {
    echo "$passed passed, $failed failed"
    [ $failed = 0 ] && [ $passed -gt 0 ]
    exit
}

# Within a row:

declare -A pids=()
# The command that runs children as another user, if there is one: (setpriv …).
as=()

problem() { echo "$*"; exit 1; }

# start NAME COMMAND…: in the background. Its output is in NAME.out and NAME.err.
start() {
    local name=$1
    shift
    "${as[@]}" setpriv --pdeathsig KILL "$@" >"$name.out" 2>"$name.err" &
    pids[$name]=$!
}

# run NAME COMMAND…: an ixy that is to end by itself, well.
run() {
    start "$@"
    ends "$1" 60
    [ "$status" = 0 ] || problem "$1 ended with exit code $status"
}

# ends NAME SECONDS: waits for its end; `status` is its exit code.
ends() {
    local end=$((SECONDS + $2)) pid=${pids[$1]}
    while kill -0 "$pid" 2>/dev/null; do
        ((SECONDS <= end)) || problem "$1 did not end within $2 seconds"
        sleep 0.025
    done
    wait "$pid"
    status=$?
    unset "pids[$1]"
}

# await SECONDS WHAT COMMAND…: until the command succeeds.
await() {
    local end=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        ((SECONDS <= end)) || problem "waited in vain for $what"
        sleep 0.025
    done
}

# testpmd NAME EAL-OPTION… -- OPTION…: started and at its prompt. It loses nothing that a front-end takes in time.
testpmd() {
    local name=$1 app=() eal=()
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do eal+=("$1"); shift; done
    app=("${@:2}")
    rm -f "$name.in"
    mkfifo -m 666 "$name.in"
    # Open for reading and writing, so that neither side waits for the other.
    exec {fifo}<>"$name.in"
    printf -v "fifo_$name" %s "$fifo"
    local cpus
    cpus=$(seq -s, 0 $(($(nproc) - 1)))
    XDG_RUNTIME_DIR=$PWD "${as[@]}" setpriv --pdeathsig KILL stdbuf -oL dpdk-testpmd --lcores "0@($cpus),1@($cpus)" \
        --no-pci --no-huge -m 128 --no-telemetry --file-prefix="$prefix-$name" "${eal[@]}" \
        -- -i --no-flush-rx --total-num-mbufs=8192 "${app[@]}" <&"$fifo" >"$name.out" 2>"$name.err" &
    pids[$name]=$!
    await 40 "the prompt of testpmd" grep -q 'testpmd>' "$name.out"
    tell "$name" "set fwd io retry"
    tell "$name" "set burst tx delay 20 retry 5000"
}

# tell NAME COMMAND
tell() {
    local fifo=fifo_$1
    echo "$2" >&"${!fifo}"
}

# forwarding NAME: starts testpmd's forwarding. It loses nothing.
forwarding() {
    tell "$1" start
    await 20 "testpmd's forwarding" grep -q 'packet forwarding.*ports=' "$1.out"
}

# quit NAME: testpmd ends in order, so that its files are whole. Its counters are in NAME.out then.
quit() {
    tell "$1" stop
    tell "$1" quit
    ends "$1" 30
    [ "$status" = 0 ] || problem "testpmd ended with exit code $status"
}

# killed NAME ROLE: testpmd ends as a process that crashes does. A socket that it has listened on would keep the next one
# from starting; ours to listen on stay.
killed() {
    kill -KILL "${pids[$1]}"
    wait "${pids[$1]}" 2>/dev/null
    unset "pids[$1]"
    [ "$2" = server ] || rm -f ./*.sock
}

# ready TESTPMD SOCKET: until that front-end's queues run.
ready() { await 40 "the connection at $2" grep -q "$2) virtio is now ready" "$1.out" "$1.err"; }

# negotiated TESTPMD SOCKET: the features that the front-end has chosen, as a number.
negotiated() { cat "$1.out" "$1.err" | sed -n "s/.*$2) negotiated Virtio features: //p" | tail -n 1; }

# features TESTPMD SOCKET LAYOUT MERGEABLE: that they are as the row says.
features() {
    local bits packed mergeable
    bits=$(negotiated "$1" "$2")
    [ -n "$bits" ] || problem "no features were negotiated at $2"
    packed=$((bits >> 34 & 1))
    mergeable=$((bits >> 15 & 1))
    [ $packed = "$([ "$3" = packed ] && echo 1 || echo 0)" ] || problem "features $bits: not $3"
    [ $mergeable = "$([ "$4" = on ] && echo 1 || echo 0)" ] || problem "features $bits: mergeable is not $4"
    [ $((bits >> 35 & 1)) = "$([ "${in_order:-on}" = on ] && echo 1 || echo 0)" ] ||
        problem "features $bits: in-order is not ${in_order:-on}"
}

# taken NAME: how many frames an ixy has received so far, of all devices. It tells each second.
taken() {
    grep -v '"summary":true' "$1.out" | grep '"queue":null' | sed -n 's/.*"rxPackets":\([0-9]*\).*/\1/p' |
        awk '{ count += $1 } END { print count + 0 }'
}

# arrived NAME COUNT: until an ixy has received so many frames.
arrived() {
    are_there() { [ "$(taken "$1")" -ge "$2" ]; }
    await 60 "$2 frames at $1" are_there "$1" "$2"
}

# settled NAME: until an ixy has received nothing for two seconds.
settled() {
    is_quiet() {
        local last
        last=$(grep -v '"summary":true' "$1.out" | grep '"queue":null' | tail -n 2)
        [ "$(grep -c '"rxPackets":0,' <<<"$last")" = 2 ]
    }
    await 60 "the end of what $1 receives" is_quiet "$1"
}

# forwarded TESTPMD FIELD: of its counters for all ports, such as TX-dropped. To be asked after `quit`.
forwarded() { sed -n "/Accumulated forward statistics/,\$s/.*$2: *\([0-9]*\).*/\1/p" "$1.out" | tail -n 1; }

# summary NAME FIELD: of the JSON summary of an ixy that has ended; of all queues, and of the last device.
summary() { grep '"summary":true' "$1.out" | grep '"queue":null' | tail -n 1 | sed -n "s/.*\"$2\":\([0-9]*\).*/\1/p"; }

# sequence NAME FIELD: of the report of `capture --check-sequence --json`.
sequence() { sed -n "s/^{\"sequence\":true.*\"$2\":\([0-9]*\).*/\1/p" "$1.out"; }

# equal WHAT VALUE VALUE
equal() { [ "$2" = "$3" ] || problem "$1: ${2:-nothing} instead of $3"; }
