#!/usr/bin/env bash
# The files that the smallest forwarder is counted by build alone, and are not more than they were.
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/../../scripts/minimal-forwarder"
