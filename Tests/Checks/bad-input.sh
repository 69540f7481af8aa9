#!/usr/bin/env bash
# Bad uses of the program: each gives one clear sentence and an exit code that is not 0, and leaves nothing behind.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
ixy=${IXY:-.build/release/ixy}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bad=0
rows=0
free_pages() { awk '/HugePages_Free/ { print $2 }' /proc/meminfo; }
pages=$(free_pages)

# row NAME SENTENCE COMMAND…: the command must fail with a sentence that holds SENTENCE.
row() {
    local name=$1 sentence=$2 status=0
    shift 2
    timeout -k 2 20 "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
    rows=$((rows + 1))
    local problem=
    ((status != 0)) || problem="exit code 0"
    ((status < 124)) || problem="exit code $status"
    grep -qiE -- "$sentence" "$scratch/err" || problem="no such sentence: $sentence"
    grep -qE 'Fatal error|Crashed|Thread 0' "$scratch/err" && problem="it crashed"
    if [ -n "$problem" ]; then
        bad=$((bad + 1))
        echo "FAILED $name: $problem"
        sed 's/^/    /' "$scratch/err" | head -n 5
    else
        echo "ok $name: $(grep -iE -- "$sentence" "$scratch/err" | head -n 1)"
    fi
}

model=model:82599
head -c 100000 Recordings/left.pcap >"$scratch/truncated.pcap"
head -c 5000 /dev/urandom >"$scratch/garbage.pcap"

row "wrong address" "no device address" "$ixy" forward nonsense $model
row "no such card" "ffff:ff:1f.7|no such|list" "$ixy" forward ffff:ff:1f.7 $model
device=$(ls /sys/bus/pci/devices | head -n 1)
row "a device that is no 82599" "no driver; supported are" "$ixy" forward "${device:-none}" $model
row "unknown model" "no known model" "$ixy" forward model:i350 $model
row "unknown option of a model" "no option of a model" "$ixy" forward $model,color=red $model
row "ring that is no power of two" "power of two" "$ixy" forward --ring 100 $model $model
row "batch of 0" "batch" "$ixy" forward --batch 0 $model $model
row "65 queues" "queues" "$ixy" forward --queues 65 $model $model
row "missing capture" "No such file" "$ixy" forward $model,in="$scratch/none.pcap" $model
row "garbage capture" "garbage.pcap" "$ixy" forward $model,in="$scratch/garbage.pcap" $model
row "truncated capture" "offset|byte" "$ixy" forward --lossless $model,in="$scratch/truncated.pcap" \
    $model,out="$scratch/rest.pcap"
frames=$(tshark -r "$scratch/truncated.pcap" 2>/dev/null | wc -l)
kept=$(tshark -r "$scratch/rest.pcap" 2>/dev/null | wc -l)
rows=$((rows + 1))
if [ "$frames" -gt 100 ] && [ "$frames" = "$kept" ]; then
    echo "ok truncated capture: its $kept whole frames were forwarded"
else
    bad=$((bad + 1))
    echo "FAILED truncated capture: $kept of $frames whole frames were forwarded"
fi
row "output that cannot be created" "No such file|directory" "$ixy" forward $model $model,out=/nonexistent/x.pcap
row "full disk" "No space left" "$ixy" forward $model,in=Recordings/left.pcap $model,out=/dev/full
row "wrong filter" "filter|syntax" "$ixy" capture $model,in=Recordings/left.pcap -w "$scratch/c.pcap" --filter 'udp prot 53'
row "no huge pages" "huge pages" "$ixy" forward --pages 1g $model $model
row "no privilege" "permission|denied|privilege|root" setpriv --reuid=65534 --regid=65534 --clear-groups \
    "$ixy" replay $model /root/none.pcap
row "replay of a capture that is not there" "No such file" "$ixy" replay $model "$scratch/none.pcap"
row "CPU that is not there" "CPU" "$ixy" forward --cpu 999 --seconds 1 $model,generate $model

# Signals at any moment: 130 or 143, soon, and nobody left.
for signal in INT TERM; do
    for delay in 0.02 0.05 0.1 0.15 0.2 0.3 0.5; do
        rows=$((rows + 1))
        status=0
        # timeout sends the signal after the delay, and kills it three seconds later if it goes on.
        timeout --preserve-status -s $signal -k 3 $delay "$ixy" forward $model,generate $model,generate \
            >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
        expected=$([ $signal = INT ] && echo 130 || echo 143)
        if [ $status != $expected ] || grep -q 'Fatal error' "$scratch/err"; then
            bad=$((bad + 1))
            echo "FAILED SIG$signal after $delay s: exit code $status"
        fi
    done
done
rows=$((rows + 1))
if [ "$(free_pages)" != "$pages" ] || pgrep -x ixy >/dev/null; then
    bad=$((bad + 1))
    echo "FAILED something is left behind"
fi
echo "$((rows - bad)) of $rows rows as they should be"
((bad == 0))
