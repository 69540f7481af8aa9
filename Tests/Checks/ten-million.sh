#!/usr/bin/env bash
# Ten million numbered frames through driver and models: none lost, doubled or out of order, every buffer back.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
swift build -c release --package-path Benchmarks --product soak
Benchmarks/.build/release/soak 10000000
