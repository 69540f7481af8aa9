#!/usr/bin/env bash
# On a machine without tshark, and without the right to install it, the demo names the command to run, and does nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
# Of this repository nobody else may see anything, so the scripts are looked at in a copy.
mkdir "$scratch/repository" "$scratch/bin"
cp -r scripts "$scratch/repository"
chmod -R go+rX "$scratch"
ln -s /usr/bin/* /bin/* "$scratch/bin" 2>/dev/null || true
rm -f "$scratch/bin/tshark" "$scratch/bin/swift"
printf '#!/bin/sh\nexec %s "$@"\n' "$(command -v swift)" >"$scratch/bin/swift"
chmod 755 "$scratch/bin/swift"
unprivileged=()
[ "$(id -u)" != 0 ] || unprivileged=(setpriv --reuid=65534 --regid=65534 --clear-groups)

status=0
"${unprivileged[@]}" env PATH="$scratch/bin" HOME="$scratch" "$scratch/repository/scripts/demo" \
    >"$scratch/out" 2>"$scratch/err" || status=$?
cat "$scratch/out" "$scratch/err"
[ $status = 1 ] || { echo "exit code $status"; exit 1; }
[ ! -s "$scratch/out" ] || { echo "it has begun with something"; exit 1; }
[ "$(wc -l <"$scratch/err")" = 1 ] || { echo "not one sentence"; exit 1; }
grep -qE '^setup: missing: tshark\. Run: sudo apt-get .* install .* tshark$' "$scratch/err" ||
    { echo "it does not say what to run"; exit 1; }
[ "$(ls -A "$scratch/repository")" = scripts ] || { echo "it has left something behind"; exit 1; }
