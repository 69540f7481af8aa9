#!/usr/bin/env bash
# Byte for byte: what DPDK's net_pcap writes of what we send, what we capture of what it sends, and what goes through us;
# with frames of several buffers.
source "$(dirname "${BASH_SOURCE[0]}")/rows.bash"
root=$PWD

# vhost NUMBER, pcap NUMBER OPTION…: testpmd's options.
vhost() { echo "--vdev=net_vhost$1,iface=v$1.sock"; }
pcap() { echo "--vdev=net_pcap$1,$(IFS=, && echo "${*:2}")"; }
address() { echo "vhost-user:$1,mergeable=$3$([ "$2" = packed ] && echo ,packed)"; }

same() { "$root/scripts/compare-captures" "$1" "$2" || exit 1; }
count() { tshark -r "$1" 2>/dev/null | wc -l; }

sent() {   # layout mergeable recording
    testpmd pmd "$(vhost 0)" "$(pcap 0 tx_pcap=out.pcap)" --
    forwarding pmd
    run replay "$ixy" replay "$(address v0.sock "$1" "$2")" "$3" --json
    features pmd v0.sock "$1" "$2"
    quit pmd
    same "$3" out.pcap
}

received() {   # layout mergeable recording
    testpmd pmd "$(pcap 0 rx_pcap="$3")" "$(vhost 0)" --
    start capture "$ixy" capture "$(address v0.sock "$1" "$2")" -w in.pcapng --json
    ready pmd v0.sock
    features pmd v0.sock "$1" "$2"
    forwarding pmd
    arrived capture "$(count "$3")"
    kill -INT "${pids[capture]}"
    ends capture 20
    quit pmd
    equal "dropped" "$(summary capture drops)" 0
    same "$3" in.pcapng
}

# Two recordings, one each way.
forwarded_both() {   # layout left right
    testpmd pmd "$(pcap 0 rx_pcap="$2" tx_pcap=left.pcap)" "$(vhost 0)" "$(vhost 1)" \
        "$(pcap 1 rx_pcap="$3" tx_pcap=right.pcap)" --
    start forward "$ixy" forward "$(address v0.sock "$1" on)" "$(address v1.sock "$1" on)" --lossless --json
    ready pmd v0.sock
    ready pmd v1.sock
    forwarding pmd
    arrived forward $(($(count "$2") + $(count "$3")))
    kill -INT "${pids[forward]}"
    ends forward 20
    quit pmd
    same "$2" right.pcap
    same "$3" left.pcap
}

# Without mergeable buffers a large frame has no place: testpmd drops and counts it, and the others come. It gives up the
# rest of a burst with the frame, so its bursts are of one.
too_large() {   # layout recording
    local all small
    all=$(count "$2")
    tshark -r "$2" -Y 'frame.len <= 2016' -w small.pcapng 2>/dev/null
    small=$(count small.pcapng)
    testpmd pmd "$(pcap 0 rx_pcap="$2")" "$(vhost 0)" --
    tell pmd "set burst tx delay 0 retry 0"
    tell pmd "set burst 1"
    start capture "$ixy" capture "$(address v0.sock "$1" off)" -w in.pcapng --json
    ready pmd v0.sock
    forwarding pmd
    arrived capture "$small"
    kill -INT "${pids[capture]}"
    ends capture 20
    quit pmd
    equal "dropped by testpmd" "$(forwarded pmd TX-dropped)" $((all - small))
    same small.pcapng in.pcapng
}

# A recording of frames up to 9018 bytes, each different, with the lengths at which a frame needs one buffer more.
jumbo=$scratch/jumbo.pcap
awk 'BEGIN {
    split("60 1514 2015 2016 2017 4031 4032 4033 6048 6049 9000 9014 9018 61", lengths, " ")
    for (frame = 0; frame < 140; frame++) {
        count = lengths[frame % 14 + 1]
        for (offset = 0; offset < count; offset++) {
            if (offset % 16 == 0) printf "%s%06x", offset ? "\n" : "", offset
            # Two group addresses and a type for experiments, then what differs.
            byte = offset < 12 ? 2 : offset == 12 ? 136 : offset == 13 ? 181 : (frame * 7 + offset * 3 + int(offset / 256)) % 256
            printf " %02x", byte
        }
        print ""
    }
}' | text2pcap -q -F pcap - "$jumbo" >/dev/null 2>&1 || { echo "FAILED no jumbo recording"; exit 1; }

left=$root/Recordings/left.pcap
right=$root/Recordings/right.pcap
for layout in split packed; do
    for mergeable in on off; do
        row "sent-$layout-mergeable-$mergeable" \
            "vhost-user, client|$layout|mergeable $mergeable|a recording that we send, written by net_pcap: the same bytes|testpmd net_vhost + net_pcap, tshark" \
            sent $layout $mergeable "$left"
        row "received-$layout-mergeable-$mergeable" \
            "vhost-user, client|$layout|mergeable $mergeable|a recording that net_pcap sends, captured by us: the same bytes|testpmd net_vhost + net_pcap, tshark" \
            received $layout $mergeable "$right"
    done
    row "forwarded-$layout" \
        "vhost-user, client|$layout|forward, both ways at once|two recordings through us: the same bytes|testpmd net_vhost + net_pcap, tshark" \
        forwarded_both $layout "$left" "$right"
    row "jumbo-received-$layout" \
        "vhost-user, client|$layout|mergeable on, frames in up to 5 buffers|9018-byte frames captured whole: the same bytes|testpmd net_vhost + net_pcap, tshark" \
        received $layout on "$jumbo"
    row "jumbo-forwarded-$layout" \
        "vhost-user, client|$layout|forward of frames in up to 5 buffers|9018-byte frames both ways: the same bytes|testpmd net_vhost + net_pcap, tshark" \
        forwarded_both $layout "$jumbo" "$jumbo"
    row "too-large-$layout" \
        "vhost-user, client|$layout|mergeable off, frames that do not fit|testpmd counts them as dropped, the others come|testpmd net_vhost + net_pcap, tshark" \
        too_large $layout "$jumbo"
done
conclude
