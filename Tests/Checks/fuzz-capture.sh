#!/usr/bin/env bash
# A short run of the capture reader's fuzzer under the address sanitizer. A long one: scripts/fuzz-capture 600
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scripts/fuzz-capture 20
