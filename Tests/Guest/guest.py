"""Guests and the rows that they run: what the files in Tests/Guest/Boots share.

A boot is one start of a virtual machine, in which many rows run one after the other. A row is a shell script that runs
in the guest, and what has to come of it: words on the console, and frames that go in at one card and have to come out
at another. Each row ends with a line `ok NAME` or `FAILED NAME`, and is noted for the table in
.build/test-results/guest.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import frames

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(os.path.dirname(here))
# Words that must not be on the console of any row.
trouble = re.compile(r"TROUBLE|Fatal error|Crashed|DMAR: .*[Ff]ault|Call Trace|invalid for|bogus")

# The beginning of every row's script.
prelude = r"""
export PATH=/bin HOME=/tmp
modules=/lib/modules
load() { for module; do [ -e /sys/module/${module//-/_} ] || insmod $modules/$module.ko || echo "TROUBLE: no $module"; done; }
huge() { echo 64 >/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages; }
vfio() {
    load irqbypass vfio vfio_virqfd vfio_iommu_type1 vfio-pci-core vfio-pci
    for card; do ixy bind $card >/dev/null || echo "TROUBLE: $card is not bound"; done
}
kernel_driver() {
    load virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci failover net_failover virtio_net
}
# Starts ixy with these arguments and waits until it runs.
begin() {
    rm -f /out
    ixy "$@" --json --seconds 300 >/out 2>&1 &
    pid=$!
    tries=0
    while [ ! -s /out ] && runs && [ $tries -lt 600 ]; do sleep 0.1; tries=$((tries + 1)); done
}
# Whether it still runs, or has at least not been waited for.
runs() { grep -q '^State:[^Z]*$' /proc/$pid/status 2>/dev/null; }
# Waits for it, and shows how it went.
conclude() {
    wait $pid
    status=$?
    grep -v '"summary":false' /out
    [ $status = 0 ] || echo "TROUBLE: ixy ended with $status"
}
# Ends it, and shows how it went.
stop() {
    kill -INT $pid
    wait $pid
    status=$?
    grep -v '"summary":false' /out
    [ $status = 130 ] || echo "TROUBLE: ixy ended with $status"
}
# Forwards what the host sends, which is so many frames.
forward() {
    begin forward --lossless --count $count "$@"
    echo "GUEST ready"
    conclude
}
# Waits for a word of the host.
hear() { read -r word <$console; }
# hear_of WORD [OTHER]: waits for this word; the other one ends the row. A word that came too late for its row means nothing.
hear_of() {
    word=
    until [ "$word" = $1 ]; do
        hear
        [ "$word" != "${2-none}" ] || exit 1
    done
}
# Has the host give QEMU's monitor one of the row's commands.
ask() {
    echo "GUEST asks $1"
    hear
}
# Waits until ixy says so.
says() {
    tries=0
    until grep -q "$1" /out; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] || { echo "TROUBLE: ixy never says: $1"; return 1; }
        sleep 0.1
    done
}
"""


class Row:
    """A script, and what has to come of it.

    `shows` are expressions that its console must have; `traffic` is a `frames.Exchange`, or nothing. `table` is what the
    table says of it: transport, layout, feature, what was shown. `asks` are monitor commands, each sent when the guest
    says "GUEST asks NAME".
    """

    def __init__(self, name, script, shows=(), traffic=None, table=None, asks=None):
        self.name, self.script, self.shows, self.traffic, self.table = name, script, shows, traffic, table
        self.asks = asks or {}
        self.lines, self.problems = [], []
        self.began = self.ended = None
        self.status = None
        self.sender = None

    def begin(self):
        self.began = time.monotonic()

    def start_traffic(self):
        if self.traffic and not self.sender:
            self.sender = threading.Thread(target=self.traffic.run, daemon=True)
            self.sender.start()

    def end(self, status):
        """Judges it, once its script has ended with this exit code."""
        self.status = status
        if status != 0:
            self.problems.append(
                "it did not end in time" if status in (124, 137, 143) else f"its script ended with exit code {status}")
        if self.sender:
            # Frames that are on their way may still come.
            self.sender.join(timeout=5)
            self.traffic.stop()
            self.sender.join()
        if self.traffic:
            self.problems += self.traffic.problems() if self.sender else ["the guest never was ready"]
        self.judge()
        self.ended = time.monotonic()

    def judge(self):
        console = "\n".join(self.lines)
        for line in self.lines:
            if trouble.search(line):
                self.problems.append(f"words of trouble: {line}")
        for words in self.shows:
            if not re.search(words, console):
                self.problems.append(f"the console does not show: {words}")


class Guest:
    """A virtual machine that runs the rows' scripts."""

    def __init__(self, name, rows, machine="q35", append="", options=(), memory=1024, archives=(), limit=150,
                 on_end=lambda row: None):
        self.name, self.rows, self.options, self.limit = name, rows, list(options), limit
        self.on_end = on_end
        self.folder = tempfile.mkdtemp(prefix="ixy-guest-", dir="/tmp")
        self.log = []
        self.is_second_try = False
        self.current = None
        self.ready = threading.Semaphore(0)
        job = os.path.join(self.folder, "job")
        with open(job, "w") as file:
            file.write(self.job())
        monitor = os.path.join(self.folder, "monitor")
        self.options += ["-qmp", f"unix:{monitor},server=on,wait=off"]
        self.environment = dict(os.environ, GUEST_MACHINE=machine, GUEST_APPEND=append, GUEST_MEMORY=str(memory),
                                GUEST_ARCHIVES=" ".join(archives))
        self.command = [f"{here}/boot", job, str(180 + (limit + 10) * len(rows)), *self.options]
        self.monitor_path = monitor
        self.monitor = None

    def job(self):
        lines = [f"mkdir /rows\ncat >/prelude <<'END-OF-PRELUDE'\nconsole=/dev/ttyS0\n{prelude}\nEND-OF-PRELUDE\n"]
        for number, row in enumerate(self.rows):
            lines.append(f"cat >/rows/{number} <<'END-OF-ROW'\n. /prelude\n{row.script}\nEND-OF-ROW\n")
        for number, row in enumerate(self.rows):
            # A row that hangs, or leaves something running, does not spoil the next one.
            lines.append(
                f"echo 'ROW {number} begins'\ntimeout -s KILL {self.limit} sh /rows/{number}\nstatus=$?\n"
                f"killall -9 ixy forwarder iperf3 nc tail sleep >/dev/null 2>&1\necho \"ROW {number} ends $status\"\n")
        return "".join(lines)

    def start(self):
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.PIPE, env=self.environment,
            start_new_session=True)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def say(self, word):
        """Says a word to the guest, which waits for it with `hear`."""
        try:
            self.process.stdin.write(f"{word}\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def read(self):
        for line in self.process.stdout:
            text = line.decode(errors="replace").rstrip()
            self.log.append(text)
            if match := re.fullmatch(r"ROW (\d+) begins", text):
                self.current = self.rows[int(match[1])]
                self.current.begin()
            elif match := re.fullmatch(r"ROW (\d+) ends (\d+)", text):
                row, self.current = self.rows[int(match[1])], None
                row.end(int(match[2]))
                self.on_end(row)
            elif self.current:
                if text == "GUEST ready":
                    self.current.start_traffic()
                    self.ready.release()
                elif match := re.fullmatch(r"GUEST asks (.*)", text):
                    try:
                        answer = self.ask(self.current.asks[match[1]])
                        self.current.lines.append(f"monitor: {json.dumps(answer)}")
                    except (OSError, KeyError, ValueError) as error:
                        self.current.problems.append(f"the monitor: {error}")
                    self.say("done")
                else:
                    self.current.lines.append(text)

    def ask(self, command):
        """Sends QEMU's monitor a command and returns its answer."""
        if not self.monitor:
            self.monitor = socket.socket(socket.AF_UNIX)
            self.monitor.settimeout(30)
            self.monitor.connect(self.monitor_path)
            self.answers = self.monitor.makefile("r")
            self.answers.readline()
            self.ask({"execute": "qmp_capabilities"})
        self.monitor.sendall(json.dumps(command).encode() + b"\n")
        while True:
            answer = json.loads(self.answers.readline())
            if "return" in answer or "error" in answer:
                return answer

    def finish(self):
        """Waits for its end."""
        self.process.wait()
        self.reader.join(timeout=10)
        if self.rows and not any(row.began for row in self.rows) and not self.is_second_try:
            # On a loaded machine one boot of some forty ends at once. Its rows are the test, not the boot.
            self.is_second_try = True
            print(f"# {self.name}: the guest ended before its first row; once more. It said:")
            for line in self.log[-15:]:
                print(f"#     {line[:300]}")
            self.start()
            return self.finish()
        for row in self.rows:
            if row.ended is None:
                row.problems.append("the guest did not come to its end" if row.began else "the guest did not come to it")
                row.status = -1
                if row.traffic:
                    row.traffic.stop()
                self.on_end(row)

    def kill(self):
        self.is_second_try = True
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, AttributeError):
            pass


class Boot:
    """A boot's cards and rows."""

    def __init__(self, peer="QEMU's virtio-net-pci"):
        self.name = os.path.basename(sys.argv[0])
        self.peer = peer
        self.folder = tempfile.mkdtemp(prefix="ixy-guest-", dir="/tmp")
        self.cards, self.rows, self.guests = [], [], []
        self.passed = self.failed = 0
        self.wanted = re.compile(os.environ.get("ROWS", ""))

    def card(self, device):
        """Adds a card whose other end is a socket of ours. Returns its PCI address."""
        self.cards.append((device, frames.Port(self.folder, len(self.cards))))
        return self.address(len(self.cards) - 1)

    def pair(self, device):
        """Adds two cards of one kind."""
        return f"{self.card(device)} {self.card(device)}"

    @staticmethod
    def address(index):
        return f"0000:00:{4 + index:02x}.0"

    @staticmethod
    def index(address):
        return int(address.split(":")[2].split(".")[0], 16) - 4

    def mac(self, address):
        return f"02:00:00:00:00:{self.index(address) + 1:02x}"

    def port(self, address):
        return self.cards[self.index(address)][1]

    def card_options(self):
        options = []
        for index, (device, port) in enumerate(self.cards):
            options += ["-netdev", port.netdev(f"n{index}"), "-device",
                        f"{device},id=card{index},netdev=n{index},addr={4 + index:#x},"
                        f"mac={self.mac(self.address(index))},romfile="]
        return options

    def row(self, name, script, **others):
        if self.wanted.search(name):
            self.rows.append(Row(name, script, **others))

    def exchange(self, name, pair, script="huge; forward {pair}", count=1000, longest=1514, window=200, touches=False, **others):
        """A row in which so many frames go into each card of a pair, and come out at the other one."""
        left, right = (self.port(address) for address in pair.split())
        self.row(name, f"count={2 * count}\n" + script.format(pair=pair),
                 traffic=frames.Exchange(left, right, count, longest, window, touches), **others)

    def note(self, row):
        """Tells how a row went."""
        seconds = round((row.ended or time.monotonic()) - row.began) if row.began else 0
        if row.problems:
            self.failed += 1
            print(f"FAILED {row.name} ({seconds} s)")
            for text in row.problems[:10] + row.lines[-25:]:
                print(f"    {text[:300]}")
        else:
            self.passed += 1
            print(f"ok {row.name} ({seconds} s)")
        sys.stdout.flush()
        if row.table:
            results = f"{root}/.build/test-results/guest"
            os.makedirs(results, exist_ok=True)
            with open(f"{results}/{self.name}.rows", "a") as file:
                file.write("|".join([row.name, "failed" if row.problems else "passed", *row.table,
                                     *([self.peer] if len(row.table) == 4 else [])]) + "\n")

    def open_record(self):
        path = f"{root}/.build/test-results/guest/{self.name}.rows"
        if os.path.exists(path):
            os.remove(path)

    def run(self, **settings):
        """Boots, runs the rows, and ends the program."""
        self.open_record()
        settings["options"] = [*settings.get("options", ()), *self.card_options()]
        guest = Guest(self.name, self.rows, on_end=self.note, **settings)
        self.guests = [guest]
        self.guarded(lambda: (guest.start(), guest.finish()))
        self.conclude()

    def guarded(self, body):
        """Whatever happens, no guest is left."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            body()
        finally:
            for guest in self.guests:
                guest.kill()
            logs = f"{root}/.build/test-logs/guest"
            os.makedirs(logs, exist_ok=True)
            for guest in self.guests:
                with open(f"{logs}/{guest.name}.console", "w") as file:
                    file.write("\n".join(guest.log) + "\n")
                subprocess.run(["rm", "-rf", guest.folder])
            subprocess.run(["rm", "-rf", self.folder])

    def conclude(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(0 if self.passed and not self.failed else 1)
