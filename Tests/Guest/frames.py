"""Frames that a host sends into a guest's cards and compares with what comes out, over UNIX datagram sockets, which lose
nothing."""

import random
import socket
import threading
import time

# A type for experiments: what has another one is the guest's own.
marker = b"\x88\xb5"


class Port:
    """The host's end of a card's cable."""

    def __init__(self, folder, index):
        self.guest_path, self.host_path = f"{folder}/qemu{index}", f"{folder}/host{index}"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.socket.bind(self.host_path)
        self.socket.setblocking(False)

    def netdev(self, name):
        return (f"dgram,id={name},local.type=unix,local.path={self.guest_path},"
                f"remote.type=unix,remote.path={self.host_path}")

    def send(self, frame):
        """Whether there was room for it."""
        try:
            self.socket.sendto(frame, self.guest_path)
            return True
        except (BlockingIOError, ConnectionRefusedError, FileNotFoundError):
            return False

    def receive(self):
        """The next frame with our type, or nothing."""
        while True:
            try:
                frame = self.socket.recv(1 << 17)
            except BlockingIOError:
                return None
            if frame[12:14] == marker:
                return frame

    def drain(self):
        """Forgets what came before."""
        while self.receive():
            pass


def made_up(seed, count, longest, target=b"\x02\0\0\0\0\x09"):
    """Frames of all lengths up to `longest`, the two ends often, each different."""
    chance = random.Random(seed)
    frames = []
    for number in range(count):
        length = chance.choice([60, longest, chance.randint(60, longest), chance.randint(60, min(longest, 200))])
        head = target + bytes([2, 0, 0, 0, 0, seed]) + marker + number.to_bytes(4, "big")
        frames.append(head + chance.randbytes(length - len(head)))
    return frames


class Direction:
    """Frames that go in at one port, and which of them have to come out at the other, in this order."""

    def __init__(self, name, source, target, frames, expected=None):
        self.name, self.source, self.target, self.frames = name, source, target, frames
        self.expected = frames if expected is None else expected
        self.next = self.seen = 0
        self.wrong = None

    @property
    def is_done(self):
        return self.wrong or self.next == len(self.frames) and self.seen == len(self.expected)

    def send(self, window):
        moved = False
        while self.next < len(self.frames) and self.next - self.seen < window:
            if not self.source.send(self.frames[self.next]):
                break
            self.next += 1
            moved = True
        return moved

    def check(self):
        moved = False
        while (frame := self.target.receive()) is not None:
            moved = True
            if self.wrong:
                continue
            if self.seen >= len(self.expected):
                self.wrong = f"one frame too many, of {len(frame)} bytes"
            elif frame != self.expected[self.seen]:
                count = len(self.expected[self.seen])
                self.wrong = f"frame {self.seen} of {count} bytes came out differently, with {len(frame)} bytes"
            else:
                self.seen += 1
        return moved

    def problems(self):
        if self.wrong:
            return [f"{self.name}: {self.wrong}"]
        if self.seen < len(self.expected):
            return [f"{self.name}: {self.seen} of {len(self.expected)} frames arrived"]
        return []


class Exchange:
    """Frames both ways between two ports at once, so many on the way at a time: the guest's rings and pools are not the
    subject here. `touches`: one is added to byte 48 of each."""

    def __init__(self, left, right, count, longest, window=200, touches=False):
        self.window = window
        ways = [("left to right", left, right), ("right to left", right, left)]
        self.directions = []
        for seed, (name, source, target) in enumerate(ways):
            sent = made_up(seed, count, longest)
            touched = [frame[:48] + bytes([frame[48] + 1 & 255]) + frame[49:] for frame in sent] if touches else None
            self.directions.append(Direction(name, source, target, sent, touched))
        self.is_stopped = threading.Event()

    @classmethod
    def filtered(cls, left, right, mac, groups):
        """Frames into the left card for its own address, for everybody, for a group and for somebody else, of which all
        but the last ones come out at the right one, those for the group only with `groups`."""
        own = bytes.fromhex(mac.replace(":", ""))
        everybody, group, other = b"\xff" * 6, b"\x01\0\x5e\0\0\x07", b"\x02\0\0\0\0\x99"
        kinds = [(own, True), (other, False), (everybody, True), (group, groups)]
        frames, expected = [], []
        for number in range(100):
            for seed, (target, passes) in enumerate(kinds):
                frame = made_up(4 * number + seed & 255, 1, 200, target)[0][:-4] + number.to_bytes(4, "big")
                frames.append(frame)
                if passes:
                    expected.append(frame)
        made = cls(left, right, 0, 60)
        # All may be on the way, as those that are filtered never come.
        made.window = len(frames)
        made.directions = [Direction("left to right", left, right, frames, expected)]
        return made

    def run(self):
        """Sends and compares until all is there, or until `stop`."""
        for direction in self.directions:
            direction.target.drain()
        while not self.is_stopped.is_set() and not all(d.is_done for d in self.directions):
            moved = False
            for direction in self.directions:
                moved |= direction.send(self.window)
                moved |= direction.check()
            if not moved:
                time.sleep(0.001)

    def stop(self):
        self.is_stopped.set()

    def problems(self):
        return [problem for direction in self.directions for problem in direction.problems()]
