"""Guests with modelled 82599s: `ixy vm` with rows in it, and a judge of what the guest's driver did to the models.

A violation of the datasheet fails the boot unless Tests/Guest/explained names it, with the reason why it is none of ours.
"""

import os
import re

import frames
import guest
from guest import root

# Programs of this machine that the guests have.
programs = ["ip", "ethtool", "iperf3"]
# Of scripts/minimal-forwarder.
smallest = f"{root}/.build/minimal-forwarder/.build/release/forwarder"
# The beginning of every row's script, besides the one in guest.py.
prelude = r"""
. /etc/profile
load() { for module; do modprobe ${module//_/-} 2>/dev/null || modprobe $module || echo "TROUBLE: no $module"; done; }
vfio() { load vfio_iommu_type1 vfio_pci; for card; do ixy bind $card >/dev/null || echo "TROUBLE: $card is not bound"; done; }
# Linux's driver on these cards only, as eth0, eth1 and so on.
linux_on() {
    [ -e /sys/module/ixgbe ] && return
    echo 0 >/sys/bus/pci/drivers_autoprobe
    modprobe ixgbe || echo "TROUBLE: no ixgbe"
    for card; do echo $card >/sys/bus/pci/drivers/ixgbe/bind; done
    echo 1 >/sys/bus/pci/drivers_autoprobe
}
# Forwards with the smallest forwarder, which ends by itself.
smallest() {
    rm -f /out
    forwarder "$@" $count >/out 2>&1 &
    pid=$!
    says forwarding
    echo "GUEST ready"
    wait $pid || echo "TROUBLE: the smallest forwarder ended with $?"
    cat /out
}
# Waits for an answer of this host.
answers() {
    tries=0
    until ping -c 1 -W 1 $1 >/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 60 ] || { echo "TROUBLE: no answer of $1"; return; }
    done
}
# Linux's driver on both cards: eth0 here, eth1 in the name space `right`.
ixgbe_pair() {
    [ -e /sys/module/ixgbe ] || modprobe ixgbe || echo "TROUBLE: no ixgbe"
    [ -e /run/netns/right ] || ip netns add right
    [ -e /sys/class/net/eth1 ] && ip link set eth1 netns right
    ip addr replace 10.0.0.1/24 dev eth0
    ip link set eth0 up
    ip -n right addr replace 10.0.0.2/24 dev eth1
    ip -n right link set eth1 up
    linked
}
# Waits until both ends have a link.
linked() {
    tries=0
    until ip link show eth0 | grep -q LOWER_UP && ip -n right link show eth1 | grep -q LOWER_UP; do
        tries=$((tries + 1))
        [ $tries -lt 150 ] || { echo "TROUBLE: no link"; return; }
        sleep 0.2
    done
    # The first frame may still meet an address that is being looked for.
    tries=0
    until ping -c 1 -W 1 10.0.0.2 >/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 30 ] || { echo "TROUBLE: no answer"; return; }
    done
}
"""


def explained():
    """The violations that are known, and why."""
    found = []
    with open(f"{guest.here}/explained") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                pattern, reason = line.rstrip("\n").split("  # ", 1)
                found.append((re.compile(pattern.strip()), reason))
    return found


class ModelGuest(guest.Guest):
    def __init__(self, name, rows, cards=("82599", "82599"), options=(), programs=programs, **others):
        super().__init__(name, rows, **others)
        folder = os.path.join(self.folder, "files")
        os.mkdir(folder)
        with open(os.path.join(folder, "job"), "w") as file:
            file.write(self.job())
        (version,) = os.listdir(f"{root}/.build/guest/modules")
        self.environment["PATH"] = self.environment.get("PATH", "") + ":/usr/sbin:/sbin"
        self.command = [
            os.environ.get("IXY", f"{root}/.build/release/ixy"), "vm", "--kernel", f"{root}/.build/guest/vmlinuz",
            "--modules", f"{root}/.build/guest/modules/{version}", "--files", folder, "--driver", "none",
            "--seconds", str(180 + (self.limit + 10) * len(rows)), *options]
        for program in programs:
            self.command += ["--program", program]
        for card in cards:
            self.command += ["--nic", card]
        self.command += ["--", "sh", "job"]

    def job(self):
        return super().job().replace("\nEND-OF-PRELUDE\n", "\n" + prelude + "END-OF-PRELUDE\n")


class ModelBoot(guest.Boot):
    """A boot of `ixy vm`."""

    def __init__(self, peer="Linux's ixgbe"):
        super().__init__(peer)
        self.plans = []
        self.ports = {}

    def plan(self, *options):
        """Adds a card, with these options of `ixy vm --nic`. Returns its PCI address."""
        self.plans.append(",".join(["82599", *options]))
        return self.address(len(self.plans) - 1)

    def host_card(self):
        """Adds a card whose other end is a socket of ours."""
        port = frames.Port(self.folder, len(self.plans))
        address = self.plan(f"local={port.guest_path}", f"remote={port.host_path}", "lossless")
        self.ports[address] = port
        return address

    def port(self, address):
        return self.ports[address]

    def run(self, **settings):
        self.open_record()
        if self.plans:
            settings["cards"] = self.plans
        machine = ModelGuest(self.name, self.rows, on_end=self.note, **settings)
        self.guests = [machine]

        def body():
            machine.start()
            machine.finish()
            self.judge(machine)

        self.guarded(body)
        self.conclude()

    def judge(self, machine):
        """What the models have seen, as a row of its own."""
        row = guest.Row("violations", "")
        row.begin()
        known = explained()
        for line in machine.log:
            if (match := re.match(r"card \d+: (.*)", line)) and not any(p.search(match[1]) for p, _ in known):
                row.problems.append(line)
        row.ended = row.began
        self.note(row)
