"""The report as Markdown."""
import published
import summary as numbers

NAMES = {
    "pool": "ours, pool and batches", "run_to_completion": "ours, run to completion", "c": "C",
    "c_inlined": "C, all in one loop", "c_sparse": "C, one loop, a report on every 32nd",
}
ORDER = ("c", "pool", "run_to_completion", "c_inlined", "c_sparse")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]) + "\n"


def cell(found):
    if not found:
        return "–"
    ratio = f", {found['ratio_to_c']:.2f}×" if "ratio_to_c" in found else ""
    return f"{found['cycles']:.1f} [{found['cycles_low']:.1f} to {found['cycles_high']:.1f}] n={found['windows']}{ratio}"


def headline(results):
    lines = []
    for name in ("pool", "run_to_completion"):
        found = results["forward"].get(name, {}).get("32")
        if found and "ratio_to_c" in found:
            lines.append(f"{NAMES[name]}, batch 32: {found['cycles']:.1f} TSC cycles a packet, {found['ratio_to_c']:.2f} times C's")
    return "\n".join(lines) or "no window was good enough for a ratio"


def machine(results):
    m = results["machine"]
    return (
        f"{m['date']}: {m['processor']}, {m['processors']} processors, TSC {results['forward']['tsc_ghz']} GHz, kernel {m['kernel']}, "
        f"Swift {m['swift']}, {m['c_compiler']}, DPDK {m['dpdk']}, commit {m['commit']}; load before: {m['load_before']}. "
        f"Mode: {results['mode']}.")


def summary(results):
    """The two figures for the README."""
    pool = results["forward"].get("pool", {}).get("32", {})
    fast = results["forward"].get("run_to_completion", {}).get("32", {})
    says = [f"{found['cycles']:.0f} cycles {how} ({found['ratio_to_c']:.2f}× C's)"
            for found, how in ((pool, "with pool and batches"), (fast, "run to completion")) if "ratio_to_c" in found]
    text = f"""
![Cost of a packet by batch size, beside C and what was published](Docs/Figures/batching.svg)

![Latency of every packet, to the far tail, beside C](Docs/Figures/latency.svg)

"""
    if says:
        text += (f"A forwarded packet costs {' and '.join(says)} at batch 32, all checks on, measured beside the same forwarder in "
                 f"C on the same modelled card ({results['machine']['date'][:10]}).\n")
    return text + "`scripts/bench` repeats it; [Docs/Benchmarks.md](Docs/Benchmarks.md) has all figures.\n"


def forward(results):
    found = results["forward"]
    rows = [[batch] + [cell(found.get(name, {}).get(str(batch))) for name in ("c", "pool", "run_to_completion")]
            for batch in published.BATCHES]
    text = table(["batch", *(NAMES[n] for n in ("c", "pool", "run_to_completion"))], rows)
    more = [[NAMES[n], cell(found.get(n, {}).get("32"))] for n in ("c_inlined", "c_sparse") if found.get(n, {}).get("32")]
    if more:
        text += "\nAt batch 32, for comparison:\n\n" + table(["", "cycles"], more)
    rates = [[NAMES[n], *(f"{found[n][str(b)]['mpps']:.1f} / {found[n][str(b)]['models_cycles']:.0f}" if str(b) in found[n] else "–"
                          for b in (1, 8, 32, 256))] for n in ORDER if n in found]
    text += "\nDriver and models together, freely: Mpps / TSC cycles that a packet costs the models.\n\n"
    return text + table(["", "batch 1", "batch 8", "batch 32", "batch 256"], rates)


def other_distance(results):
    found = results["forward"]
    other = "far" if found["distance"] == "near" else "near"
    cells = found["by_distance"].get(other, {})
    rows = [[batch] + [cell(cells.get(n, {}).get(str(batch))) for n in ("c", "pool", "run_to_completion")]
            for batch in published.BATCHES if any(cells.get(n, {}).get(str(batch)) for n in cells)]
    if not rows:
        return ""
    return f"\nWhile the processors were {other}:\n\n" + table(
        ["batch", *(NAMES[n] for n in ("c", "pool", "run_to_completion"))], rows)


def latency(results):
    rows = []
    for pace, contestants in sorted(results["latency"]["mpps"].items(), key=lambda item: float(item[0])):
        for name in ORDER:
            found = contestants.get(name)
            if found:
                rows.append([pace, results["latency"]["distance"][pace], NAMES[name], f"{found['sustained_mpps']:g}",
                             *found["microseconds"].values(), found["maximum"], f"{found['packets']:,}", found["lost"]])
        for name, values in published.LATENCY.get(int(float(pace)), {}).items():
            rows.append([pace, "", f"*published: {name}, real card*", "", *values, "", "", ""])
    return table(["Mpps", "processors", "", "sustained", *(f"{p:g} %" for p in numbers.PERCENTILES), "max", "packets", "lost"], rows)


def sweep(results, section, label):
    found = results[section]
    keys = sorted({key for n in ORDER for key in found.get(n, {})}, key=lambda k: (len(k), k))
    names = [n for n in ORDER if n in found]
    return f"While the processors were {found['distance']}:\n\n" + table(
        [label, *(NAMES[n] for n in names)], [[k, *(cell(found[n].get(k)) for n in names)] for k in keys])


def instructions(results):
    found = results["instructions"]
    batches = sorted({b for n in found.values() for b in n}, key=int)
    return table(["", *(f"batch {b}" for b in batches)],
                 [[NAMES[n], *(found[n].get(b, "–") for b in batches)] for n in ORDER if n in found])


def queues(results):
    rows = []
    for name, found in results["queues"].items():
        for thread in range(len(found["alone"])):
            rows.append([NAMES.get(name, name), thread, found["alone"][thread], found["together"][thread],
                         f"{found['throughput']:.2f}×" if thread == 0 else ""])
    return table(["", "thread", "alone", "beside the other", "both, of one queue's throughput"], rows)


def virtio(results):
    found = results["virtio"]
    if not found.get("cells"):
        return f"Not measured: {found.get('why', 'no window was good enough')}.\n"

    def text(n):
        return f"{n['median']:.2f} [{n['low']:.2f} to {n['high']:.2f}] n={n['windows']:.0f}"

    return table(["queues, mode", "distance", "ixy-swift", "DPDK", "ratio"],
                 [[f"{c['layout']}, {c['mode']}", c["distance"], text(c["ixy-swift"]), text(c["DPDK"]), f"**{c['ratio']:.2f}**"]
                  for c in found["cells"]])


def capture(results):
    found = results["capture"]
    if "why" in found:
        return f"Not measured: {found['why']}.\n"
    names = {"capture": "`ixy capture`: modelled card to pcap file", "replay": "`ixy replay`: pcap file to modelled card to pcap file",
             "tcpdump": "`tcpdump -r -w`: file to file, without a card"}
    return table([f"{found['packets']:,} packets of {found['bytes']} bytes", "Mpps", "lost"],
                 [[text, found[key]["mpps"], found[key]["lost"]] for key, text in names.items()])


def safety(results):
    variants = results["safety"]["variants"]
    rows = []
    for name, found in variants.items():
        counts = found.get("instructions", {})
        rows.append([name, counts.get("pool", "–"), counts.get("run_to_completion", "–"), cell(
            {k: v for k, v in (found.get("cycles") or {}).items() if k != "ratio_to_c"} or None)])
    return table(["build", "instructions, pool", "instructions, run to completion", "cycles, pool"], rows)


def size(results):
    rows = [[name, lines, kb] for name, (lines, kb) in published.SIZES.items()]
    ours = results["size"]
    text = table(["2018, stripped to common features", "lines", "kB, gzip"], rows) + "\n"
    return text + table(["ixy-swift", "lines", "kB, gzip", "files"], [
        [name, found["lines"], found["kB"], found["files"]] for name, found in ours.items() if isinstance(found, dict)])


def report(results, folder):
    dropped = results["forward"]["windows_dropped"]
    distance = results["forward"]["distance"]
    return f"""# Benchmarks

Made by `scripts/bench`; the numbers are in `benchmarks.json`. {machine(results)}

{headline(results)}

How it is measured. A modelled 82599 with two ports runs on one processor, the driver on the other, and forwards both ways: it
receives, adds one to a byte of each packet, sends, and cleans up. Ours has all checks on. The measure is the same in C
(`Benchmarks/C/library`: ixy's design, written with care, `-O3 -march=native`), on the same model, in turns with ours within one
run. Every frame is numbered and its order checked. *C, all in one loop* is the same design without a boundary between app, driver
and pool: no library, but the fastest that we could make of it in C.

A driver's cycles are those of its own thread for bursts of packets that wait in its rings, whole; the waits for the models do
not count, as a fast driver would else be measured by how fast the models are. The lines were written by the other processor all the
same, and the models go on beside the driver. How fast both are together is told apart. A number is the median of windows of some
milliseconds with its quartiles and the number of windows. The processors of a virtual machine are moved about: *near* is a round
trip of a cache line below 130 ns, *far* above 200 ns; windows in between are dropped ({dropped['moved']}), as are those in which a
thread was interrupted ({dropped['interrupted']}), and those in which a processor computed slower than it can, as the two were threads of
one core, or one was with somebody else's work on the other ({dropped['shared']}; none if hardly any would be left, and then
{results['forward']['on_one_core']} were of the first kind, in which instructions count more and lines less). Differences below 5 % mean nothing.

## Batching

![Cost of a packet by batch size]({folder}/batching.svg)

TSC cycles for a packet, processors {'far from' if distance == 'far' else distance} each other; `×` is the ratio to C at the same batch size.

{forward(results)}{other_distance(results)}
## Instructions

![Instructions for a packet]({folder}/instructions.svg)

By callgrind, for a packet forwarded, with the measure's own loops, in rings of 4096; C is compiled for AVX2 here, as valgrind does not know AVX-512.

{instructions(results)}
## Latency

![Latency of every packet]({folder}/latency.svg)

Microseconds from the modelled wire to the modelled wire, every packet measured: it is stamped when the model takes it and again
when it comes out of the other port, so the model's own way is part of it. Batches of at most 32. Windows in which a thread stood
still for long (the driver's for 20 µs, the models' for 40) are dropped ({results['latency']['windows_dropped']['stalled']}); nothing shorter is.

{latency(results)}
## Ring, packet and page sizes

![Ring, packet and page sizes]({folder}/sweeps.svg)

{sweep(results, 'rings', 'ring')}
{sweep(results, 'sizes', 'frame')}
{sweep(results, 'pages', '2 MiB pages')}
Frames of more than 1518 bytes have buffers of 16 KiB, in C and in ours: one frame, one buffer. Only a packet's first line is touched.

## Two queues on two processors

On a machine with two processors there is none left for the models. So they fill all rings between the bursts, on the processor
that the timed thread is not on, and only the driver's bursts are timed: each thread alone, and beside the other. TSC cycles for a
packet:

{queues(results)}
## VirtIO

![VirtIO beside DPDK]({folder}/virtio.svg)

Our vhost-user front-end and DPDK's virtio-user, non-vector path, in Mpps, with the same testpmd as back-end; `scripts/bench-virtio`
says how.

{virtio(results)}
## Capture and replay

Best of three, less the time for a file of one packet; `lost` is counted in the file that comes out. tcpdump's row is the same file
read and written by libpcap, for scale: it has no card on the way. A veth is no fair comparison, as the kernel makes the packets there.

{capture(results)}
## What safety costs

{'![Cost of safety](' + folder + '/safety.svg)' if len(results['safety']['variants']) > 1 else ''}

The same sources, built with protections taken out. Such a build is made for this table only and never ships. What the compiler
proves (ownership, lifetimes, threads) costs nothing at run time and cannot be taken out.

{safety(results)}
## Size

![Size of a forwarder]({folder}/size.svg)

Lines without blanks and comments, and kB of these by gzip. The minimal forwarder (`Benchmarks/MinimalForwarder`) drives an 82599
through sysfs or VFIO, polled, in batches, and brings back one that lied or went away; `scripts/minimal-forwarder` builds the files that
are counted, and no others, and a guest with modelled cards judges what it forwards. In it are the validation of all that the device
says, and the claim that keeps other processes away from the card, but no line of C; not in it are VirtIO, pipelines, interrupts,
statistics, MAC addresses and groups, several queues, iommufd, and the guard that ends the DMA of a program that was killed.

{size(results)}"""
