#!/usr/bin/env bash
# A short run of the fuzzer under the address sanitizer, always of the same rounds. A long one: scripts/fuzz-models registers 600
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scripts/fuzz-models registers 15 --seed 1
