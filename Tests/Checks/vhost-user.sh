#!/usr/bin/env bash
# The README's vhost-user command, as a user without any right and without other software than tshark; and packets that are
# copied between devices which do not reach each other's memory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
ixy=$PWD/.build/release/ixy
[ -x "$ixy" ] || swift build -c release --product ixy
scratch=$(mktemp -d)
chmod 755 "$scratch"
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; wait; rm -rf "$scratch"' EXIT
unprivileged=()
[ "$(id -u)" != 0 ] || unprivileged=(setpriv --reuid=65534 --regid=65534 --clear-groups)

# Of this repository nobody else may see anything.
mkdir "$scratch/repository" "$scratch/home"
cp -r scripts Recordings "$scratch/repository"
cp "$ixy" "$scratch/ixy"
chmod -R go+rX "$scratch"
chmod 777 "$scratch/home"
echo "The demo, as $("${unprivileged[@]}" id -u):"
"${unprivileged[@]}" env HOME="$scratch/home" TMPDIR="$scratch/home" IXY="$scratch/ixy" OUT="$scratch/home" \
    "$scratch/repository/scripts/demo" --vhost-user | tee "$scratch/demo.out"
[ "$(grep -c 'the same .* frames in the same order' "$scratch/demo.out")" = 2 ]
[ "$(grep -c ' 0 faults$' "$scratch/demo.out")" = 2 ]
# Swift itself leaves such a folder when it is asked for its version.
[ -z "$(find "$scratch/home" -mindepth 1 ! -name left.pcapng ! -name right.pcapng ! -path '*/.*' ! -name 'TemporaryDirectory.*')" ] ||
    { echo "it has left something behind: $(ls -A "$scratch/home")"; exit 1; }

echo "Copied from a modelled 82599 to a VirtIO device in another process, and back:"
cd "$scratch/home"
count() { tshark -r "$1" 2>/dev/null | wc -l; }
left=$scratch/repository/Recordings/left.pcap right=$scratch/repository/Recordings/right.pcap
frames=$(($(count "$left") + $(count "$right")))
"${unprivileged[@]}" "$ixy" serve --once "copy.sock,in=$right,out=right.pcap" 2>/dev/null >serve.out &
server=$!
for _ in $(seq 600); do [ -S copy.sock ] && break; sleep 0.05; done
"${unprivileged[@]}" "$ixy" forward --lossless --count "$frames" --seconds 120 --json \
    "model:82599,in=$left,out=left.pcap" vhost-user:copy.sock >forward.out 2>forward.err
wait "$server"
server=
cat serve.out forward.err
grep -q 'every packet is copied' forward.err
copied=$(grep '"summary":true' forward.out | sed -n 's/.*"copied":\([0-9]*\).*/\1/p' | awk '{ n += $1 } END { print n }')
[ "$copied" = "$frames" ] || { echo "$copied packets were copied and not $frames"; exit 1; }
"$scratch/repository/scripts/compare-captures" "$left" right.pcap
"$scratch/repository/scripts/compare-captures" "$right" left.pcap
