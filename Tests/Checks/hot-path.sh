#!/usr/bin/env bash
# Counts a packet's instructions on the hot path and in the devices' models, and checks that nothing is allocated,
# retained or locked on the hot path.
#
#   Tests/Checks/hot-path.sh
#
# Counts with callgrind inside of `forwardBatch` (queues and batches) or `forwardInPlace` (a pipeline) and all they call
# (Benchmarks/Sources/hot-path), and inside of `stepModel` for the models with what makes and checks their frames. Two runs
# of different length are taken from each other, so that start-up and the first batches are out. Fails above LIMIT, LIMIT_AT_1
# or IN_PLACE_LIMIT instructions a packet, if one of the FORBIDDEN functions ran in what the longer run does more, or if the
# driver read a register; above MODELS_LIMIT for the models; and above VIRTIO_LIMIT, or VIRTIO_RATIO times the 82599's queues in
# this run, in a layout of VirtIO's queues.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Issue 12 aims at 70 with batches of 32, which is met, 38 in place (40 at most: 39.9), 300 with batches of 1 (246), and VirtIO
# at most 1.3 times the 82599 (1.08 and 1.17). The limits keep what there is from getting worse, and only fall. Of the 68 at 32,
# 5 ask for the batch's descriptor lines, which saves cycles (Docs/Results.md).
LIMIT=69
LIMIT_AT_1=250
IN_PLACE_LIMIT=40
# The models' limit, a quarter of it for making and checking their frames. They are safe code: checks once a burst cost 6 of these.
MODELS_LIMIT=110
# The layouts' cost now and a little more. Before slots owned packets it was 91 and 94, at 1.2 times the 82599, which was slower.
declare -A VIRTIO_LIMIT=([split]=75 [packed]=81)
VIRTIO_RATIO=1.3
SHORT=10240
LONG=51200
FORBIDDEN='swift_(bridgeObject|unknownObject|nonatomic_)?_?(retain|release)|swift_(weak|unowned)|swift_(alloc|dealloc|slowAlloc|slowDealloc)|swift_(begin|end)Access|swift_getWitnessTable|swift_conformsToProtocol|swift_dynamicCast|_?(malloc|calloc|realloc|free|posix_memalign|aligned_alloc|_int_malloc|_int_free)|cfree|pthread_mutex|syscall'

for tool in valgrind nm objdump swift; do
    command -v $tool >/dev/null || { echo "hot-path: needs $tool"; exit 1; }
done

swift build -c release --package-path Benchmarks
program=$(swift build -c release --package-path Benchmarks --show-bin-path)/hot-path
symbol() {   # the mangled name of a function of the program, not of what was made for it out of others
    nm "$program" | awk -v name="$1" '$2 ~ /[tT]/ && $3 ~ name && !found { print $3; found = 1 }'
}
driver=$(symbol '^[$]s8hot_path12forwardBatch')
in_place=$(symbol '^[$]s8hot_path14forwardInPlace')
model=$(symbol '^[$]s8hot_path9stepModel')
[ -n "$driver" ] && [ -n "$in_place" ] && [ -n "$model" ] || {
    echo "FAILED no symbol forwardBatch, forwardInPlace or stepModel in $program"
    exit 1
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

# Instructions inside of function $3 in a run of $1 packets at batch $2 through devices of kind $4; the program itself
# fails if a register was read.
count() {
    local profile=$folder/$1.$2.$3.${4-82599} output
    if ! output=$(valgrind --tool=callgrind --toggle-collect="$3" --callgrind-out-file="$profile" \
        "$program" "$1" "$2" "${4-82599}" 2>"$folder/log"); then
        echo "FAILED hot-path $1 $2: $output" >&2
        cat "$folder/log" >&2
        return 1
    fi
    grep -qx "packets $1 batch $2 calls [0-9]* register-reads 0" <<<"$output" || {
        echo "FAILED hot-path $1 $2: $output" >&2
        return 1
    }
    awk '/^(summary|totals):/ { print $2; exit }' "$profile"
}

# Instructions inside of function $2 for each packet at batch $1, through devices of kind $3.
each() {
    local short long
    short=$(count $SHORT "$1" "$2" "${3-82599}")
    long=$(count $LONG "$1" "$2" "${3-82599}")
    awk -v a="$short" -v b="$long" -v n=$((LONG - SHORT)) 'BEGIN { printf "%.1f", (b - a) / n }'
}

# How often each function was called inside of the hot path, by profile $1.
calls() {
    awk '/^c?fn=\(/ {
            id = $1; sub(/^c?fn=/, "", id); name = $0
            if (sub(/^c?fn=\([0-9]+\) /, "", name)) { sub(/\x27[0-9]*$/, "", name); names[id] = name }
            if (/^cfn/) callee = id
        }
        /^calls=/ { sub(/^calls=/, "", $1); count[names[callee]] += $1 }
        END { for (name in count) printf "%s %d\n", name, count[name] }' "$1" | sort
}

# Every function that was called more often in the longer run, by the end of the profiles' names $2. A function that ran as
# often in both belongs to the start: packets of another pool change places with the ring's own.
check_functions() {
    local functions bad
    calls "$folder/$SHORT.$2" >"$folder/short"
    calls "$folder/$LONG.$2" >"$folder/long"
    functions=$(comm -13 "$folder/short" "$folder/long" | sed 's/ [0-9]*$//')
    grep -qE '^c?fn=\([0-9]+\) .*(12forwardBatch|14forwardInPlace)' "$folder/$LONG.$2" && [ -s "$folder/long" ] || {
        echo "FAILED $1: no function list"
        failed=1
    }
    if bad=$(grep -xE "($FORBIDDEN).*" <<<"$functions"); then
        echo "FAILED $1: on the hot path ran:"
        sed 's/^/    /' <<<"$bad"
        failed=1
    fi
}

echo "batch  instructions/packet  of the models"
for batch in 1 8 32 256; do
    each=$(each $batch "$driver")
    models=$(each $batch "$model")
    printf '%5d  %19s  %s\n' $batch "$each" "$models"
    if ! awk -v each="$each" -v models="$models" 'BEGIN { exit !(each > 10 && models > 10) }'; then
        echo "FAILED batch $batch: $each and $models instructions cannot be; callgrind counted nothing"
        failed=1
    fi
    if [ $batch = 32 ] && awk -v each="$each" -v limit=$LIMIT 'BEGIN { exit !(each > limit) }'; then
        echo "FAILED batch $batch: $each instructions a packet, more than $LIMIT"
        failed=1
    fi
    if [ $batch = 1 ] && awk -v each="$each" -v limit=$LIMIT_AT_1 'BEGIN { exit !(each > limit) }'; then
        echo "FAILED batch $batch: $each instructions a packet, more than $LIMIT_AT_1"
        failed=1
    fi
    [ $batch = 32 ] && physical=$each
    if [ $batch = 32 ] && awk -v limit="$MODELS_LIMIT" -v models="$models" 'BEGIN { exit !(models > limit) }'; then
        echo "FAILED batch $batch: the models cost $models instructions a packet, more than $MODELS_LIMIT"
        failed=1
    fi
    check_functions "batch $batch" $batch.$driver.82599
done

# A call of a pipeline takes 32 packets at most.
for batch in 1 8 32; do
    each=$(each $batch "$in_place" in-place)
    printf 'run to completion, at most %2d a call  %s\n' $batch "$each"
    if ! awk -v each="$each" 'BEGIN { exit !(each > 10) }'; then
        echo "FAILED run to completion: $each instructions cannot be; callgrind counted nothing"
        failed=1
    fi
    if [ $batch = 32 ] && awk -v each="$each" -v limit=$IN_PLACE_LIMIT 'BEGIN { exit !(each > limit) }'; then
        echo "FAILED run to completion: $each instructions a packet, more than $IN_PLACE_LIMIT"
        failed=1
    fi
    check_functions "run to completion $batch" $batch.$in_place.in-place
done

# One notification a batch is a system call, and that is all.
FORBIDDEN=${FORBIDDEN%|syscall}
for layout in split packed; do
    each=$(each 32 "$driver" $layout)
    printf 'VirtIO %-6s  %s, %s times the 82599\n' $layout "$each" \
        "$(awk -v each="$each" -v other="$physical" 'BEGIN { printf "%.2f", each / other }')"
    if ! awk -v each="$each" -v limit="${VIRTIO_LIMIT[$layout]}" 'BEGIN { exit !(each > 10 && each <= limit) }'; then
        echo "FAILED VirtIO $layout: $each instructions a packet at batch 32, more than ${VIRTIO_LIMIT[$layout]}"
        failed=1
    fi
    if ! awk -v each="$each" -v other="$physical" -v ratio=$VIRTIO_RATIO 'BEGIN { exit !(each <= ratio * other) }'; then
        echo "FAILED VirtIO $layout: $each instructions a packet at batch 32, more than $VIRTIO_RATIO times $physical"
        failed=1
    fi
    check_functions "VirtIO $layout" 32.$driver.$layout
done

# The functions that did not run may be there all the same: no call in the code of the hot path itself.
while read -r name; do
    if bad=$(objdump -d --no-show-raw-insn --disassemble="$name" "$program" | grep -E "(call|jmp) .*<($FORBIDDEN)"); then
        echo "FAILED a call in $name:"
        sed 's/^/    /' <<<"$bad"
        failed=1
    fi
done < <(
    nm "$program" | awk '$2 ~ /[tT]/ { print $3 }' | grep -E \
        "12forwardBatch|14forwardInPlace|IXGBEO12ReceiveQueueV7receive|IXGBEO13TransmitQueueV8transmit|12ReceiveQueueV.*11receiveMany|13TransmitQueueV.*12transmitMany|9PacketRingV3run" \
        | grep -vE 'W[a-zA-Z]*$|T[mcq]$')

[ $failed = 0 ] && echo "ok: at batch 32 no more than $LIMIT, and $IN_PLACE_LIMIT in place; nothing allocated, retained or locked; no register read"
exit $failed
