"""How large the code is, by the rules of the slides of 2018: lines without blanks and comments, and kB of these by gzip -9."""
import gzip
import re
from pathlib import Path

# What a forwarder on the 82599 does not need of the modules that it uses: the other device, and what moves packets otherwise. All
# else is counted, also what it could do without (VFIO, recovery, interrupts), as other files name it.
LEFT_OUT = ["Ixy/VirtIO", "Ixy/OpenVhostUser", "Ixy/Pipeline", "Ixy/PacketProcessor", "Ixy/IXGBE/Pipeline"]
MODULES = ("IxySystem/", "IxyTrusted/", "IxyHardware/", "Ixy/")
BASE = ("IxySystem/", "IxyTrusted/")


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


def sizes(root):
    sources = Path(root) / "Sources"
    everything = list(sources.rglob("*.swift"))

    def of(*folders):
        return [f for f in everything if any(str(f.relative_to(sources)).startswith(folder) for folder in folders)]

    minimal = [
        f for f in of(*MODULES)
        if not any(str(f.relative_to(sources)).startswith(part) for part in LEFT_OUT)
    ] + list((Path(root) / "Examples/Sources/Forwarder").rglob("*.swift"))
    return {
        "minimal forwarder": measure(minimal),
        "of it the registers": measure(of("Ixy/IXGBE/Registers/")),
        "of it the trusted base": measure(of(*BASE)),
        "drivers and trusted base": measure(of(*MODULES)),
        "models": measure(of("IxyModels/")),
        "everything": measure(everything),
        "lines of C in the product": 0,
    }
