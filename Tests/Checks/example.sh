#!/usr/bin/env bash
# The example package builds on ours from outside; one forwards, the other one drops what it is to drop.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
swift build -c release --package-path Examples
Examples/.build/release/Forwarder | tee /dev/stderr | grep -qx 'forwarded 100000 frames, 0 of them out of order'
Examples/.build/release/Firewall 23 | tee /dev/stderr | grep -qx '99000 frames passed, 1000 were dropped'
Examples/.build/release/Firewall 2000 | tee /dev/stderr | grep -qx '100000 frames passed, 0 were dropped'
