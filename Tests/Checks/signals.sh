#!/usr/bin/env bash
# Ctrl-C, SIGTERM and a closed pipe at any moment: the program ends soon, with the signal's exit code and without a
# word, and leaves nothing behind but whole captures.
#
#   SEED=n Tests/Checks/signals.sh     the moments of an earlier run
. "$(dirname "${BASH_SOURCE[0]}")/table.bash"
seed=${SEED:-$((SRANDOM % 30000))}
RANDOM=$seed
echo "SEED=$seed"
MOMENTS=20

# summed KEY DEVICE: the sum that the summary gives for all queues of a device; nothing if there is no summary.
summed() {
    grep -F '"summary":true' "$scratch/out" | grep -F "\"device\":\"$2\",\"queue\":null" | sed -E "s/.*\"$1\":([0-9]+).*/\1/"
}

# files SPEC…: prints what is wrong with the captures. A spec is FILE=KEY,DEVICE: the file has as many frames as the
# summary says; and there is no file without a summary.
files() {
    local spec name want have
    for spec; do
        name=${spec%%=*} spec=${spec#*=}
        want=$(summed "${spec%%,*}" "${spec#*,}")
        if [ -z "$want" ]; then
            [ ! -e "$work/$name" ] || echo "$name is there before the run has begun"
        elif ! have=$(count "$work/$name") || [ "$have" != "$want" ]; then
            echo "$name has ${have:-no} frames, and $want were counted"
        elif [ "$have" -gt "$most" ]; then
            most=$have
            cp "$work/$name" "$scratch/largest.${name##*.}"
        fi
    done
}

# moments KIND SPECS COMMAND…: both signals after random delays. Half of them hit the start.
moments() {
    local kind=$1 specs=$2 names name delay signal number problem largest frames most=0
    shift 2
    names=$(for name in $specs; do echo "${name%%=*}"; done)
    for signal in INT TERM; do
        [ $signal = INT ] && number=130 || number=143
        for ((moment = 0; moment < MOMENTS; moment++)); do
            ((moment % 2 == 0)) && delay=$((RANDOM % 40000)) || delay=$((40000 + RANDOM * 6))
            delay=$(printf '0.%06d' $delay)
            launch --signal $signal $delay 4 "$ixy" "$@"
            problem=
            [ $status = $number ] || problem="exit code $status"
            [ ! -s "$scratch/err" ] || problem+=" it says something"
            files $specs >"$scratch/files"
            problem+=$(cat "$scratch/files")
            problem+=$(left_over $names)
            verdict "$kind, SIG$signal after $delay s" "$problem" "$status$(ended)"
        done
    done
    # Wireshark itself, of the largest.
    [ -n "$specs" ] || return
    largest=$(ls "$scratch"/largest.* | head -n 1) problem=
    frames=$(tshark -r "$largest" -T fields -e frame.number 2>/dev/null | wc -l)
    [ "$frames" = "$(count "$largest")" ] && [ "$frames" -gt 0 ] || problem="tshark reads $frames frames"
    verdict "$kind, what tshark says" "$problem" "reads all $frames frames"
    rm -f "$scratch"/largest.*
}
ended() { grep -qF '"summary":true' "$scratch/out" && echo ", in the run" || echo ", in the start"; }

left=$model,generate,out=left.pcapng
right=$model,in=$recordings/left.pcap,out=right.pcap
moments forward "left.pcapng=txPackets,$left right.pcap=txPackets,$right" forward --json --idle 0 $left "$right"
moments "forward on two queues" "" forward --json --queues 2 --lossless $model,generate $model,generate
moments capture "caught.pcapng=rxPackets,$model,generate" capture --json $model,generate -w caught.pcapng
moments generate "made.pcap=txPackets,$model,out=made.pcap" generate --json $model,out=made.pcap --rate 200000 --flows 9
moments echo "answers.pcapng=txPackets,$model,generate,out=answers.pcapng" echo --json $model,generate,out=answers.pcapng
moments replay "sent.pcapng=txPackets,$model,out=sent.pcapng" \
    replay --json $model,out=sent.pcapng "$recordings/right.pcap" --loop 1000000 --rate 100000

# A pipe whose reader has seen enough.
for command in "forward $model,generate,out=x.pcap $model,generate" "forward --json $model,generate,out=x.pcap $model" \
    "registers $model" "list"; do
    launch 20 bash -c '"$@" | read -r line; exit "${PIPESTATUS[0]}"' - "$ixy" $command
    problem=
    # A short answer is in the pipe before it closes.
    [ $status = 141 ] || [[ $status = 0 && ! $command =~ forward ]] || problem="exit code $status"
    [ ! -s "$scratch/err" ] || problem+=" it says something"
    problem+=$(left_over x.pcap)
    verdict "closed pipe: ${command%% *}" "$problem" "$status"
done
conclude
