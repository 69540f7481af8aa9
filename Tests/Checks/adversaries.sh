#!/usr/bin/env bash
# Safe programs that try to break memory are refused by the compiler, or harmless under the address sanitizer.
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/../../scripts/adversaries"
