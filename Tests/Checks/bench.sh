#!/usr/bin/env bash
# scripts/bench works from end to end: every section runs, for moments only, and its numbers and report are there. Not what
# the numbers are: other programs may run on the machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

scripts/bench --smoke --json "$folder/numbers.json" --out "$folder/report" >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
python3 - "$folder" <<'EOF' || { cat "$folder/log"; exit 1; }
import json
import sys
from pathlib import Path

folder = Path(sys.argv[1])
numbers = json.loads((folder / "numbers.json").read_text())
for contestant in ("pool", "run_to_completion"):
    ratio = numbers["forward"][contestant]["32"]["ratio_to_c"]
    assert ratio > 0, f"{contestant}: {ratio} times C's cycles"
    for batch in (1, 2, 4, 8, 16, 32, 64, 128, 256):
        assert numbers["forward"][contestant][str(batch)]["cycles"] > 0, f"{contestant} at batch {batch}"
    assert numbers["instructions"][contestant]["32"] > 10, f"{contestant}: instructions"
    assert numbers["latency"]["mpps"]["1"][contestant]["packets"] > 0, f"{contestant}: latency"
    for section, count in (("rings", 7), ("sizes", 8)):
        assert len(numbers[section][contestant]) == count, f"{contestant}: {section}"
assert numbers["queues"]["pool"]["throughput"] > 0, "two queues"
assert numbers["capture"]["capture"]["lost"] == numbers["capture"]["replay"]["lost"] == 0, numbers["capture"]
assert "variants" in numbers["safety"] and "cells" in numbers["virtio"], "safety or VirtIO"
assert numbers["size"]["minimal forwarder"]["lines"] > 0, "size"
text = (folder / "report/report.md").read_text()
for section in ("Batching", "Latency", "Ring, packet and page sizes", "Two queues", "VirtIO", "Capture and replay", "Size"):
    assert f"## {section}" in text, f"the report has no {section}"
EOF
echo "ok: scripts/bench measures every section and writes its report"
