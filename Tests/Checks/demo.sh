#!/usr/bin/env bash
# The README's first command: both recordings come out whole and in order.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
SECONDS_AT_SPEED=1 scripts/demo
# With --touch exactly byte 48 differs, by one.
.build/release/ixy forward --touch --lossless model:82599,in=Recordings/left.pcap model:82599,out=out/touched.pcap
tshark -r out/touched.pcap --disable-protocol ip --disable-protocol ipv6 --disable-protocol arp -x 2>/dev/null \
    >out/touched.txt
tshark -r out/right.pcapng --disable-protocol ip --disable-protocol ipv6 --disable-protocol arp -x 2>/dev/null \
    >out/untouched.txt
# In the dump, byte 48 is the first one of the line 0030.
wrong=$(paste -d '|' <(cut -c1-53 out/untouched.txt) <(cut -c1-53 out/touched.txt) | awk -F '|' '
    function value(text) { return index("0123456789abcdef", substr(text, 1, 1)) * 16 + index("0123456789abcdef", substr(text, 2, 1)) }
    $1 == $2 { if (substr($1, 1, 4) == "0030") wrong++; next }
    substr($1, 1, 4) != "0030" { wrong++; next }
    substr($1, 9) != substr($2, 9) { wrong++; next }
    { lines++; step = (value(substr($2, 7, 2)) - value(substr($1, 7, 2)) + 256) % 256; if (step != 1) wrong++ }
    END { if (lines < 1000) wrong++; print wrong + 0 }')
[ "$wrong" = 0 ] || { echo "$wrong lines of the touched frames are not as they should be" >&2; exit 1; }
echo "touched frames differ in exactly byte 48"
