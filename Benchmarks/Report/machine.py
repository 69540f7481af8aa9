"""What the numbers were measured on."""
import datetime
import os
import re
import subprocess


def text(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20)
        return done.stdout.strip() or done.stderr.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def describe(root):
    cpu = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    swift = re.search(r"Swift version (\S+)", text("swift", "--version"))
    compiler = text(os.environ.get("CC", "gcc"), "--version").splitlines()
    dpdk = text("dpkg-query", "-Wf", "${Version}", "dpdk-dev")
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": cpu.group(1).strip() if cpu else "unknown",
        "processors": os.cpu_count(),
        "kernel": os.uname().release,
        "swift": swift.group(1) if swift else "unknown",
        "c_compiler": compiler[0] if compiler else "unknown",
        "dpdk": dpdk if re.match(r"[0-9]", dpdk) else "none",
        "commit": text("git", "-C", str(root), "rev-parse", "--short", "HEAD") or "unknown",
        "load_before": round(os.getloadavg()[0], 1),
    }
