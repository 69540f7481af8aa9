"""Runs the programs that measure, one method for each section of the report."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Plan:
    """How much is measured."""
    windows: int
    seconds: float
    milliseconds: float
    paces: list
    latency_seconds: float
    instruction_batches: list
    packets: int
    frames: int
    keep_all: list = field(default_factory=list)
    virtio: list = field(default_factory=list)
    variants: list = field(default_factory=list)


# Flags for a whole build, and what they take out.
UNCHECKED = ("no checks at all (-Ounchecked)", ["-Ounchecked"])
NOT_EXCLUSIVE = ("no exclusivity checks", ["-enforce-exclusivity=unchecked"])
BOTH = ("neither", ["-Ounchecked", "-enforce-exclusivity=unchecked"])

PLANS = {
    "full": Plan(21, 75, 10, [1, 10, 20], 3, [1, 8, 32, 256], 40_000, 2_000_000, [], ["--starts", "2", "--windows", "12",
                 "--mergeable"], [UNCHECKED, NOT_EXCLUSIVE, BOTH]),
    "quick": Plan(9, 20, 8, [1, 10, 20], 0.7, [32], 20_000, 500_000, [], ["--quick"], [UNCHECKED]),
    "smoke": Plan(1, 20, 1, [1], 0.01, [32], 8_000, 2_000, ["--keep-all"]),
}


class Run:
    def __init__(self, root, programs, out, plan):
        self.root, self.programs, self.out, self.plan = root, programs, out, plan
        self.started = time.monotonic()

    def say(self, what):
        print(f"[{time.monotonic() - self.started:4.0f} s] {what}", file=sys.stderr, flush=True)

    def program(self, name, *arguments, environment=None, folder=None):
        """Runs a program that prints JSON."""
        settings = dict(os.environ, FORWARDERS=str(self.programs / "c"), **(environment or {}))
        done = subprocess.run([str((folder or self.programs) / name), *map(str, arguments)], capture_output=True, text=True,
                              env=settings)
        if done.returncode:
            raise SystemExit(f"bench: {name} {' '.join(map(str, arguments))}: {done.stderr.strip() or done.stdout.strip()}")
        return json.loads(done.stdout)

    def speed(self, section, folder=None, seconds=None):
        plan = self.plan
        report = self.program("speed", section, "--windows", plan.windows, "--seconds", seconds or plan.seconds,
                              "--milliseconds", plan.milliseconds, *plan.keep_all, folder=folder)
        (self.out / f"raw-{section}.json").write_text(json.dumps(report))
        return report

    def latency(self):
        report = self.program("latency", *self.plan.paces, "--seconds", self.plan.latency_seconds, *self.plan.keep_all)
        (self.out / "raw-latency.json").write_text(json.dumps(report))
        return report

    def queues(self):
        return self.program("queues", "--seconds", max(0.5, self.plan.latency_seconds))

    def pages(self):
        """Wants huge pages, which root can have."""
        wanted = 160
        path = Path("/proc/sys/vm/nr_hugepages")
        before = int(path.read_text())
        try:
            if before < wanted:
                path.write_text(str(wanted))
        except OSError:
            pass
        try:
            has_huge = int(re.search(r"HugePages_Free:\s*(\d+)", Path("/proc/meminfo").read_text()).group(1)) >= wanted - 32
            return self.speed("pages" if has_huge else "small-pages")
        finally:
            try:
                if before < wanted:
                    path.write_text(str(before))
            except OSError:
                pass

    def count(self, contestant, batch, folder=None):
        """Instructions for a packet, by callgrind: two runs of different length are taken from each other."""
        program = (folder or self.programs) / "instructions"
        symbols = subprocess.run(["nm", program], capture_output=True, text=True).stdout
        symbol = re.search(r"[tT] (\$s12instructions14countedForward\S*)", symbols).group(1)
        totals = []
        for packets in (self.plan.packets // 8, self.plan.packets):
            with tempfile.TemporaryDirectory() as work:
                done = subprocess.run(
                    ["valgrind", "--tool=callgrind", f"--toggle-collect={symbol}", f"--callgrind-out-file={work}/profile",
                     program, contestant, str(packets), str(batch)],
                    capture_output=True, text=True, env=dict(os.environ, FORWARDERS=str(self.programs / "c-for-valgrind")))
                if done.returncode:
                    return None
                profile = Path(work, "profile").read_text()
                found = re.search(r"^(?:summary|totals): (\d+)", profile, re.M)
                totals.append((int(done.stdout), int(found.group(1))))
        (few, short), (many, long) = totals
        return round((long - short) / (many - few), 1)

    def contestants(self):
        listed = subprocess.run([self.programs / "instructions", "--list"], capture_output=True, text=True).stdout.split()
        return listed

    def instructions(self):
        found = {}
        for contestant in self.contestants():
            for batch in self.plan.instruction_batches:
                number = self.count(contestant, batch)
                if number is not None:
                    found.setdefault(contestant, {})[str(batch)] = number
        return found

    def virtio(self):
        if not self.plan.virtio:
            return {"cells": [], "why": "left out of this run"}
        done = subprocess.run([self.root / "scripts/bench-virtio", *self.plan.virtio], capture_output=True, text=True)
        (self.out / "raw-virtio.txt").write_text(done.stdout + done.stderr)
        if done.returncode:
            return {"cells": [], "why": (done.stdout + done.stderr).strip().splitlines()[-1]}
        pattern = re.compile(
            r"^(.*), (\w+), (near, shared|near|far): ixy-swift ([\d.]+) \[([\d.]+) to ([\d.]+)\] n=(\d+), "
            r"DPDK ([\d.]+) \[([\d.]+) to ([\d.]+)\] n=(\d+), ratio ([\d.]+)", re.M)
        cells = []
        for m in pattern.finditer(done.stdout):
            values = [float(v) for v in m.groups()[3:]]
            cells.append({
                "layout": m[1], "mode": m[2], "distance": m[3], "ratio": values[8],
                "ixy-swift": dict(zip(("median", "low", "high", "windows"), values[0:4])),
                "DPDK": dict(zip(("median", "low", "high", "windows"), values[4:8])),
            })
        return {"cells": self.best_of_each(cells), "all": cells}

    @staticmethod
    def best_of_each(cells):
        """One cell for each layout and mode: near, if there are more than a few windows; else the one that has most."""
        def windows(cell):
            return min(cell["ixy-swift"]["windows"], cell["DPDK"]["windows"])

        def is_near(cell):
            return cell["distance"] == "near" and windows(cell) >= 3

        rows = {}
        for cell in cells:
            rows.setdefault((cell["layout"], cell["mode"]), []).append(cell)
        return [next(filter(is_near, row), max(row, key=windows)) for row in rows.values()]

    def capture(self):
        """Packets a second from and to files, through a modelled card, and what tcpdump makes of the same file."""
        ixy = self.root / ".build/release/ixy"
        if not ixy.exists():
            return {"why": "ixy is not built"}
        count = self.plan.frames
        with tempfile.TemporaryDirectory(dir="/var/tmp") as work:
            work = Path(work)

            def timed(*command):
                begin = time.monotonic()
                done = subprocess.run([str(word) for word in command], capture_output=True, text=True, cwd=work)
                if done.returncode:
                    raise SystemExit(f"bench: {' '.join(map(str, command))}: {done.stderr.strip()}")
                return time.monotonic() - begin

            def frames(path):
                listed = subprocess.run(["tcpdump", "-r", str(path), "--count"], capture_output=True, text=True, cwd=work)
                found = re.search(r"(\d+) packets?", listed.stdout + listed.stderr)
                return int(found.group(1)) if found else 0

            def rate(command, output, wanted):
                """The best of three, less what the program takes for one packet; and that nothing is missing."""
                start = min(timed(*command("one.pcap", "one-" + output)) for _ in range(2))
                took = min(timed(*command("many.pcap", output)) for _ in range(3))
                return {"mpps": round(wanted / max(1e-6, took - start) / 1e6, 2), "lost": wanted - frames(output)}

            timed(ixy, "generate", "model:82599,out=many.pcap", "--count", count, "--size", 64, "--flows", 16)
            timed(ixy, "generate", "model:82599,out=one.pcap", "--count", 1, "--size", 64)
            found = {"packets": count, "bytes": 64}
            found["capture"] = rate(lambda i, o: (ixy, "capture", f"model:82599,in={i}", "-w", o), "captured.pcap", count)
            found["replay"] = rate(lambda i, o: (ixy, "replay", f"model:82599,out={o}", i), "replayed.pcap", count)
            found["tcpdump"] = rate(lambda i, o: ("tcpdump", "-r", i, "-w", o), "copied.pcap", count)
            return found

    def copy(self):
        """The sources in a folder of their own, where what forbids builds without checks is taken out."""
        folder = self.root / "Benchmarks/.build/unchecked"
        for part in ("Sources", "Tests", "Fuzz", "Benchmarks/Sources", "Benchmarks/ForeignPort"):
            shutil.rmtree(folder / part, ignore_errors=True)
            # With their times, so that what has not changed is not built again.
            shutil.copytree(self.root / part, folder / part)
        for part in ("Package.swift", "Package.resolved", "Benchmarks/Package.swift", "Benchmarks/Package.resolved"):
            if (self.root / part).exists():
                text = (self.root / part).read_text()
                text = re.sub(r'\s*\.treatWarning\("StrictMemorySafety", as: \.error\),?', "", text)
                if not (folder / part).exists() or (folder / part).read_text() != text:
                    (folder / part).write_text(text)
        return folder / "Benchmarks"

    def safety(self, results):
        """The same sources, built with checks taken out, in a copy."""
        standard = {
            "instructions": {c: results["instructions"].get(c, {}).get("32") for c in ("pool", "run_to_completion")
                             if c in results["instructions"]},
            "cycles": results["forward"].get("pool", {}).get("32"),
        }
        variants = {"as it ships": standard}
        names, failed = {}, {}
        package = self.copy() if self.plan.variants else None
        for name, flags in self.plan.variants:
            self.say(f"building with {name}")
            command = ["swift", "build", "-c", "release", "--package-path", package, "--scratch-path",
                       package / (".build" + "".join(flags))]
            for flag in ["-suppress-warnings", *flags]:
                command += ["-Xswiftc", flag]
            for product in ("instructions", "speed"):
                built = subprocess.run([*command, "--product", product], capture_output=True, text=True)
                if built.returncode:
                    failed[name] = next((line for line in (built.stdout + built.stderr).splitlines() if "error" in line), "?")
            if name in failed:
                self.say(f"it does not build: {failed[name]}")
                continue
            shown = subprocess.run([*command, "--show-bin-path"], capture_output=True, text=True).stdout.strip()
            names[name] = Path(shown)
        for name, folder in names.items():
            variants[name] = {"instructions": {
                c: self.count(c, 32, folder) for c in standard["instructions"]}}
        # All of them once more in turns, so that they are compared within one minute.
        for _ in range(3 if names else 0):
            for name, folder in {"as it ships": self.programs, **names}.items():
                report = self.speed("default", folder, seconds=3)
                for cell in report["cells"]:
                    if cell["contestant"] == "pool":
                        place = variants[name].setdefault("windows", {"near": [], "far": []})
                        for distance in ("near", "far"):
                            place[distance] += cell[distance]
        import summary
        distances = {d: min((len(v["windows"][d]) for v in variants.values() if "windows" in v), default=0)
                     for d in ("near", "far")}
        distance = max(distances, key=distances.get)
        for variant in variants.values():
            windows = variant.pop("windows", None)
            if windows and windows[distance]:
                variant["cycles"] = summary.window_numbers(windows[distance])
        return {"distance": distance, "variants": variants, "failed": failed}
