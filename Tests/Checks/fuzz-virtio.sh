#!/usr/bin/env bash
# Rounds of the lying device under the address sanitizer, always the same ones: two that once found something, and some of
# each kind. Others: scripts/fuzz-virtio 600
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
for seed in 2589 20264137; do scripts/fuzz-virtio 60 --seed $seed --rounds 1; done
scripts/fuzz-virtio 60 --seed 1 --rounds 200
