"""Two guests whose cards are wired to each other: ours, with ixy, and Linux's, with its own virtio-net."""

import os
import subprocess
import sys
import threading
import time

from guest import Boot, Guest, Row, root

# The beginning of every row's script in Linux's guest: its cards are in two network namespaces, `left` and `right`, so
# that frames from one to the other have to take the way through ours.
linux_prelude = r"""
# The name of a card's interface, which comes back here when the namespace of an earlier row has ended.
name_of() {
    tries=0
    until ls /sys/bus/pci/devices/$1/virtio*/net/ 2>/dev/null | grep . || [ $tries -gt 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
}
namespace() { unshare -n sleep 100000 & sleep 0.2; echo $! >/tmp/$1; nsenter -t $! -n ip link set lo up; }
within() { pid=$(cat /tmp/$1); shift; nsenter -t $pid -n "$@"; }
# place NAMESPACE CARD ADDRESS ADDRESS6: Linux's interface of a card, in a namespace, with addresses.
place() {
    interface=$(name_of $2)
    ip link set $interface netns $(cat /tmp/$1)
    within $1 sysctl -q -w net.ipv6.conf.$interface.accept_dad=0
    within $1 ip link set $interface up
    within $1 ip addr add $3 dev $interface
    within $1 ip addr add $4 dev $interface
}
# answers NAMESPACE COMMAND…: until a command succeeds, for half a minute; else the row has failed, and shows what it can.
answers() {
    space=$1
    shift
    tries=0
    until within $space "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 20 ] && sleep 0.5 && continue
        echo "TROUBLE: in vain: $*"
        for space in left right; do within $space cat /proc/net/dev /proc/net/arp; done
        exit 1
    done
}
# all_pings COUNT NAMESPACE ADDRESS: so many pings, all answered.
all_pings() {
    within $2 ping -c $1 -i 0.1 -W 10 -s 1400 $3 | tail -n 3 | grep -q "$1 packets transmitted, $1 packets received" &&
        echo "all $1 pings answered" || echo "TROUBLE: pings to $3 are lost"
}
# listens NAMESPACE PORT: waits until somebody listens there, for ten seconds at most.
listens() {
    tries=0
    until within $1 cat /proc/net/tcp /proc/net/tcp6 | grep -q ":$(printf %04X $2) .* 0A " || [ $tries -gt 100 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
}
# copies NAMESPACE NAMESPACE ADDRESS: a file of 2 MiB over TCP, the same bytes at the other end.
copies() {
    head -c 2097152 /dev/urandom >/tmp/sent
    # Each end hangs up when its input has ended, so the listener's does not.
    within $2 sh -c 'tail -f /dev/null | nc -l -p 5000 >/tmp/came' &
    listens $2 5000
    within $1 timeout 40 nc $3 5000 </tmp/sent
    tries=0
    while pidof nc >/dev/null && [ $tries -lt 200 ]; do sleep 0.1; tries=$((tries + 1)); done
    killall tail nc 2>/dev/null
    cmp /tmp/sent /tmp/came && echo "2 MiB over TCP: the same bytes" || echo "TROUBLE: the file has changed"
}
# speaks NAMESPACE NAMESPACE ADDRESS AMOUNT OPTION…: iperf3 from one to the other.
speaks() {
    from=$1 to=$2 address=$3 amount=$4
    shift 4
    within $to iperf3 -s -1 >/tmp/server 2>&1 &
    server=$!
    listens $to 5201
    if within $from timeout 60 iperf3 -c $address -n $amount -i 0 --connect-timeout 20000 "$@" >/tmp/client 2>&1; then
        grep -E 'sender|receiver' /tmp/client
    else
        echo "TROUBLE: iperf3 ended with $?"
        cat /tmp/client
        killall iperf3
    fi
    wait $server
}
"""


class TwoGuests(Boot):
    """Rows that run in two guests at once. Card N of one is wired to card N of the other, directly or, if the two are on
    a bridge, through tap interfaces of this host in a network namespace of its own."""

    def __init__(self, peer="Linux's virtio-net in a guest of its own"):
        super().__init__(peer)
        self.wires = []
        self.halves = []
        self.bridges = 0

    def wire(self, ours, linux="virtio-net-pci", bridged=False, queues=1):
        """Adds a card to each guest. Returns their address, which is the same in both."""
        self.wires.append((ours, linux, bridged, queues))
        return self.address(len(self.wires) - 1)

    def row(self, name, ours, linux, shows=(), ours_shows=(), table=None, check=None):
        """What `ours` starts runs as long as Linux's guest has its turn. `check` looks at the row and at what a bridge has
        seen, and returns what is wrong."""
        if not self.wanted.search(name):
            return
        # A program that did not start shows why, and the row ends.
        first = Row(
            name, f"huge\n{ours}\nruns || {{ stop; exit 1; }}\necho 'GUEST ready'\nhear_of {name}-stop\nstop\n",
            shows=ours_shows, table=table)
        second = Row(
            name, f"{linux_prelude}\necho 'GUEST ready'\nhear_of {name}-go {name}-skip\n{linux}\n", shows=shows)
        first.check = check
        self.halves.append((first, second))

    def enter_namespace(self):
        """Starts the program anew in a network namespace of its own, and makes the bridges."""
        if not any(bridged for _, _, bridged, _ in self.wires):
            return
        if os.environ.get("GUEST_NAMESPACE") != "own":
            # Whoever is not root becomes so in a user namespace.
            how = "-n" if os.geteuid() == 0 else "-rn"
            os.execvpe("unshare", ["unshare", how, sys.executable, *sys.argv], dict(os.environ, GUEST_NAMESPACE="own"))
        for index, (_, _, bridged, queues) in enumerate(self.wires):
            if not bridged:
                continue
            commands = [f"link add bridge{index} type bridge mcast_snooping 0 forward_delay 0",
                        f"link set bridge{index} addrgenmode none up"]
            for side in ("ours", "linux"):
                mode = "mode tap vnet_hdr" + (" multi_queue" if queues > 1 and side == "ours" else "")
                commands += [f"tuntap add dev {side}{index} {mode}",
                             f"link set {side}{index} addrgenmode none master bridge{index} up"]
            for command in commands:
                subprocess.run(["ip", *command.split()], check=True)

    def options_of(self, side):
        options = []
        for index, (ours, linux, bridged, queues) in enumerate(self.wires):
            other = {"ours": "linux", "linux": "ours"}[side]
            card = {"ours": ours, "linux": linux}[side]
            many = f",queues={queues}" if queues > 1 and side == "ours" else ""
            if bridged:
                netdev = f"tap,id=n{index},ifname={side}{index},script=no,downscript=no,vhost=off{many}"
            else:
                netdev = (f"dgram,id=n{index},local.type=unix,local.path={self.folder}/{side}{index},"
                          f"remote.type=unix,remote.path={self.folder}/{other}{index}")
            mac = f"02:00:00:00:{'01' if side == 'ours' else '02'}:{index + 1:02x}"
            options += ["-netdev", netdev, "-device", f"{card},netdev=n{index},addr={4 + index:#x},mac={mac},romfile="]
        return options

    def run(self, **settings):
        self.enter_namespace()
        self.open_record()
        tools = f"{root}/.build/guest/tools.cpio"
        sides = []
        for side in (0, 1):
            name = ("ours", "linux")[side]
            rows = [pair[side] for pair in self.halves]
            for row in rows:
                row.done = threading.Event()
            # Our guest's rows wait for those of Linux's.
            sides.append(Guest(
                f"{self.name}-{name}", rows, limit=(240, 150)[side], options=self.options_of(name), archives=[tools],
                on_end=lambda row: row.done.set(), **settings))
        self.guests = sides
        self.guarded(self.play)
        self.conclude()

    def recording(self, address):
        """What a bridge has seen."""
        return f"{self.folder}/bridge{self.index(address)}.pcap"

    def listen(self):
        """Records what passes the bridges."""
        self.listeners = [
            subprocess.Popen(["tcpdump", "-q", "-U", "--immediate-mode", "-Z", "root", "-i", f"bridge{index}", "-w",
                              f"{self.folder}/bridge{index}.pcap"],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for index, (_, _, bridged, _) in enumerate(self.wires) if bridged]

    def dissect(self, address, wanted, count, wrong):
        """What tshark says of what passed a bridge: `count` frames that are wanted, at least, and none that is wrong."""
        def matches(expression):
            found = subprocess.run(
                ["tshark", "-r", self.recording(address), "-o", "ip.check_checksum:TRUE", "-Y", expression],
                capture_output=True, text=True)
            return len(found.stdout.splitlines())
        problems = []
        # The kernel and tcpdump have the last frames for a moment.
        deadline = time.monotonic() + 20
        while (seen := matches(wanted)) < count and time.monotonic() < deadline:
            time.sleep(0.5)
        if seen < count:
            problems.append(f"tshark finds {seen} of {count} frames: {wanted}")
        if seen := matches(wrong):
            problems.append(f"tshark finds {seen} frames that are wrong: {wrong}")
        return problems

    def play(self):
        ours, linux = self.guests
        self.listen()
        for guest in self.guests:
            guest.start()
        for first, second in self.halves:
            # Both are there; then Linux's has its turn, and ours ends with it.
            limit = time.monotonic() + ours.limit + 200
            if all(self.is_ready(*half, limit) for half in ((linux, second), (ours, first))):
                linux.say(f"{first.name}-go")
                second.done.wait(timeout=linux.limit + 30)
                ours.say(f"{first.name}-stop")
                first.done.wait(timeout=60)
            else:
                first.problems.append("one of the two guests never was ready")
                linux.say(f"{first.name}-skip")
                ours.say(f"{first.name}-stop")
                second.done.wait(timeout=linux.limit + 30)
                first.done.wait(timeout=60)
            if not first.done.is_set() or not second.done.is_set():
                break
            self.merge(first, second)
        for guest in self.guests:
            guest.kill() if any(not row.done.is_set() for row in guest.rows) else None
            guest.finish()
        for first, second in self.halves:
            if not getattr(first, "is_noted", False):
                self.merge(first, second)
        for listener in self.listeners:
            listener.terminate()
            listener.wait()

    @staticmethod
    def is_ready(guest, row, limit):
        """Waits until a guest is ready for its half of a row; false if the half ends before, or if it takes too long."""
        while not row.done.is_set() and time.monotonic() < limit:
            if guest.ready.acquire(timeout=0.2):
                return True
        return False

    def merge(self, first, second):
        first.is_noted = True
        first.problems += [f"Linux's guest: {text}" for text in second.problems]
        first.lines += [f"linux: {line}" for line in second.lines]
        if first.check and not first.problems:
            first.problems += first.check(first)
        self.note(first)
