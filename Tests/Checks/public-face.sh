#!/usr/bin/env bash
# Apps see what Docs/PublicFace.txt lists, and nothing else.
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/../../scripts/public-face"
