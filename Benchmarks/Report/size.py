"""How large the code is, by the rules of the slides of 2018: lines without blanks and comments, and kB of these by gzip -9."""
import gzip
import re
from pathlib import Path

MODULES = ("IxySystem/", "IxyTrusted/", "IxyHardware/", "Ixy/")
BASE = {"IxySystem", "IxyTrusted"}


def code(text):
    """The lines of a Swift or C file that are neither blank nor comment."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    kept = []
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped.startswith("//"):
            continue
        # A comment behind code, where no string can have begun before it.
        match = re.match(r'^([^"/]*)\s//.*$', line)
        kept.append((match.group(1) if match else line).rstrip())
    return kept


def measure(files):
    lines = [line for file in sorted(files) for line in code(file.read_text())]
    packed = gzip.compress("\n".join(lines).encode(), 9, mtime=0)
    return {"lines": len(lines), "kB": round(len(packed) / 1000, 1), "files": len(list(files))}


def minimal(root):
    """The files of the smallest forwarder, which `scripts/minimal-forwarder` builds as a package of their own."""
    folder = Path(root) / "Benchmarks/MinimalForwarder"
    return [Path(root) / f"Sources/{name}.swift" for name in (folder / "files").read_text().split()] + [folder / "main.swift"]


def sizes(root):
    sources = Path(root) / "Sources"
    everything = list(sources.rglob("*.swift"))

    def of(*folders):
        return [f for f in everything if any(str(f.relative_to(sources)).startswith(folder) for folder in folders)]

    smallest = minimal(root)
    return {
        "minimal forwarder": measure(smallest),
        "of it the registers": measure([f for f in smallest if "Registers" in f.parts and "IXGBE" in f.parts]),
        "of it the trusted base": measure([f for f in smallest if BASE & set(f.parts)]),
        "drivers and trusted base": measure(of(*MODULES)),
        "models": measure(of("IxyModels/")),
        "everything": measure(everything),
        "lines of C in the product": 0,
    }
