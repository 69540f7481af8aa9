#!/usr/bin/env bash
# The example package builds on ours from outside, and forwards.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
swift build -c release --package-path Examples/Forwarder
Examples/Forwarder/.build/release/Forwarder | tee /dev/stderr | grep -qx 'forwarded 100000 frames, 0 of them out of order'
