#!/usr/bin/env bash
# Each mistake of Tests/Mutants.txt still has its place in the sources, so that `scripts/mutate` can plant it.
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/../../scripts/mutate" --list
