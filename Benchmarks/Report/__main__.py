"""Measures everything and writes the report. scripts/bench calls it, once all is built.

    python3 Benchmarks/Report --mode full|quick|smoke --programs FOLDER --out FOLDER [--json FILE] [--publish]
"""
import argparse
import json
import shutil
import sys
from pathlib import Path

import document
import machine
import sections
import size
import summary

ROOT = Path(__file__).resolve().parents[2]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=("full", "quick", "smoke"), required=True)
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--publish", action="store_true")
    options = parser.parse_args()
    plan = sections.PLANS[options.mode]
    run = sections.Run(ROOT, options.programs, options.out, plan)
    options.out.mkdir(parents=True, exist_ok=True)

    results = {"mode": options.mode, "machine": machine.describe(ROOT)}
    run.say("batching")
    results["forward"] = summary.forward(run.speed("batching"))
    run.say("latency")
    results["latency"] = summary.latency(run.latency())
    run.say("ring, packet and page sizes")
    results["rings"] = summary.sweep(run.speed("rings"), lambda setting: setting["ring"])
    results["sizes"] = summary.sweep(run.speed("sizes"), lambda setting: setting["size"])
    results["pages"] = summary.sweep(run.pages(), lambda setting: setting["hugePages"])
    run.say("two queues")
    results["queues"] = summary.queues(run.queues())
    run.say("instructions")
    results["instructions"] = run.instructions()
    run.say("capture and replay")
    results["capture"] = run.capture()
    run.say("VirtIO")
    results["virtio"] = run.virtio()
    run.say("cost of safety")
    results["safety"] = run.safety(results)
    results["size"] = size.sizes(ROOT)

    note = f"{results['machine']['date']} · {results['machine']['processor']}, {results['machine']['processors']} vCPU · " \
           f"ixy-swift {results['machine']['commit']} · scripts/bench"
    if options.mode != "full":
        note += f" --{options.mode}"
    text = json.dumps(results, indent=1, sort_keys=True)
    (options.out / "results.json").write_text(text + "\n")
    if options.json:
        options.json.write_text(text + "\n")
    try:
        import figures
        figures.draw(results, options.out / "Figures", note)
    except ImportError as missing:
        if options.mode != "smoke":
            raise
        print(f"bench: no figures: {missing}", file=sys.stderr)
    (options.out / "report.md").write_text(document.report(results, "Figures"))
    if options.publish:
        publish(results, options.out)
    print(document.headline(results))
    print(f"report: {options.out / 'report.md'}")


def publish(results, out):
    """Puts figures and tables into Docs."""
    target = ROOT / "Docs/Figures"
    target.mkdir(exist_ok=True)
    for figure in (out / "Figures").glob("*.*"):
        shutil.copy(figure, target / figure.name)
    (ROOT / "Docs/Benchmarks.md").write_text(document.report(results, "Figures"))
    slim = json.loads(json.dumps(results))
    for distances in slim["latency"]["by_pace"].values():
        for contestants in distances.values():
            for numbers in contestants.values():
                numbers.pop("curve")
    slim["latency"].pop("mpps")
    (ROOT / "Docs/benchmarks.json").write_text(json.dumps(slim, indent=1, sort_keys=True) + "\n")
    readme = ROOT / "README.md"
    begin, end = "<!-- scripts/bench --publish -->", "<!-- end -->"
    old = readme.read_text()
    if begin in old and end in old:
        head, rest = old.split(begin, 1)
        readme.write_text(head + begin + "\n" + document.summary(results) + end + rest.split(end, 1)[1])


sys.exit(main())
