"""The figures: each readable without the text, as PNG and SVG."""
import math

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

import published

NAMES = {
    "pool": "Swift, pool and batches",
    "run_to_completion": "Swift, run to completion",
    "c": "C",
    "c_inlined": "C, all in one loop",
    "c_sparse": "C, one loop, few reports",
}
COLORS = {
    "pool": "#D1450B", "run_to_completion": "#8E1B5B", "c": "#2B3A4A", "c_inlined": "#6F7F90", "c_sparse": "#A3AFBC",
    "Rust": "#B7791F", "Go": "#1F8A9E", "Swift 2018": "#C9A28F", "C": "#2B3A4A", "DPDK": "#3B5B92",
}
INK, FAINT, GRID = "#1E252C", "#6A7681", "#E4E8EB"

plt.rcParams.update({
    "font.family": "DejaVu Sans", "font.size": 10, "axes.edgecolor": "#B8C0C7", "axes.labelcolor": INK,
    "text.color": INK, "xtick.color": FAINT, "ytick.color": FAINT, "axes.spines.top": False, "axes.spines.right": False,
    "axes.grid": True, "grid.color": GRID, "grid.linewidth": 0.8, "axes.axisbelow": True, "svg.hashsalt": "ixy-swift",
    "figure.facecolor": "white", "savefig.facecolor": "white",
})


def save(figure, folder, name, title, subtitle, note, top=0.84, bottom=0.16):
    figure.subplots_adjust(top=top, bottom=bottom)
    figure.text(0.015, 0.975, title, fontsize=14, fontweight="bold", va="top")
    figure.text(0.015, 0.915, subtitle, fontsize=10, color=FAINT, va="top")
    figure.text(0.015, 0.02, note, fontsize=8, color=FAINT, va="bottom")
    figure.savefig(folder / f"{name}.png", dpi=160)
    figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)


AWAY = {"near": "near", "far": "far from"}

# The labels beside the lines.
SHORT = {"pool": "Swift,\npool", "run_to_completion": "Swift, run to\ncompletion", "c": "C"}


def spread_labels(axes, labels, least=0.085):
    """Writes each label to the right of its line's end, moved apart where they would overlap. (x, y, text, colour)"""
    axes.figure.canvas.draw()
    to_fraction = axes.transAxes.inverted()
    ends = sorted((to_fraction.transform(axes.transData.transform((x, y)))[1], text, color) for x, y, text, color in labels)
    last = -1
    for at, text, color in ends:
        at = max(at, last + least)
        last = at
        axes.text(1.025, at, text, transform=axes.transAxes, color=color, fontsize=9, va="center", fontweight="bold",
                  clip_on=False)


def batch_axis(axes):
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_locator(FixedLocator(published.BATCHES))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlim(0.9, 290)
    axes.set_xlabel("batch size, packets")


def batching(results, folder, note):
    forward = results["forward"]
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(15, 5.6), gridspec_kw={"width_ratios": [1.3, 1, 1]})
    figure.subplots_adjust(left=0.05, right=0.925, wspace=0.46)
    ends = []
    for name in ("c", "pool", "run_to_completion"):
        cells = forward.get(name, {})
        batches = [b for b in published.BATCHES if str(b) in cells]
        if not batches:
            continue
        numbers = [cells[str(b)] for b in batches]
        cycles = [n["cycles"] for n in numbers]
        bars = [[n["cycles"] - n["cycles_low"] for n in numbers], [n["cycles_high"] - n["cycles"] for n in numbers]]
        left.errorbar(batches, cycles, bars, color=COLORS[name], marker="o", ms=5, lw=2.2, capsize=3, elinewidth=1.2)
        ends.append((batches[-1], cycles[-1], SHORT[name], COLORS[name]))
    inlined = forward.get("c_inlined", {}).get("32")
    if inlined:
        left.plot([32], [inlined["cycles"]], marker="D", ms=6, color=COLORS["c_inlined"], ls="none")
        left.annotate("C, all in one loop", (32, inlined["cycles"]), (18, 46), textcoords="offset points", fontsize=8.5,
                      color=COLORS["c_inlined"], arrowprops={"arrowstyle": "-", "color": COLORS["c_inlined"], "lw": 0.8})
    left.set_yscale("log", base=2)
    left.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    batch_axis(left)
    left.set_ylabel("TSC cycles for a packet, lower is better")
    left.set_title("Measured here: cost of a packet", loc="left", fontsize=11)
    spread_labels(left, ends)

    def relative(axes, series, title):
        axes.axhline(1, color=COLORS["C"], lw=1.6)
        ends = [(256, 1, "C = 1", COLORS["C"])]
        for name, batches, values in series:
            axes.plot(batches, values, color=COLORS[name], marker="o", ms=4.5, lw=2)
            ends.append((batches[-1], values[-1], SHORT.get(name, name), COLORS[name]))
        batch_axis(axes)
        axes.set_title(title, loc="left", fontsize=11)
        return ends

    ours = []
    for name in ("pool", "run_to_completion"):
        cells = forward.get(name, {})
        batches = [b for b in published.BATCHES if "ratio_to_c" in cells.get(str(b), {})]
        if batches:
            ours.append((name, batches, [1 / cells[str(b)]["ratio_to_c"] for b in batches]))
    ends = relative(middle, ours, "The same, as speed relative to C")
    top = max([1.2] + [v for _, _, values in ours for v in values]) * 1.1
    middle.set_ylim(0, top)
    middle.set_ylabel("times as fast as C in the same run")
    spread_labels(middle, ends)
    rates = published.MPPS_1_6_GHZ
    theirs = [(name, published.BATCHES, [a / b for a, b in zip(rates[name], rates["C"])])
              for name in ("Rust", "Go", "Swift 2018")]
    ends = relative(right, theirs, "Published 2018/19: real cards, 1.6 GHz")
    right.set_ylim(0, top)
    right.set_ylabel("times as fast as the C of that time")
    spread_labels(right, ends, 0.05)
    save(figure, folder, "batching", "Forwarding 64-byte packets: what one costs the driver, by batch size",
         f"Both ways between two modelled 82599s, all checks on; medians, bars from first to third quartile; processors "
         f"{AWAY[forward['distance']]} each other", note)


def latency(results, folder, note):
    paces = results["latency"]["mpps"]
    if not paces:
        return
    figure, panels = plt.subplots(1, len(paces), figsize=(5 * len(paces), 5.4), squeeze=False, sharey=True)
    figure.subplots_adjust(left=0.06, right=0.97, wspace=0.1)
    shares = [1, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6]
    for axes, (pace, contestants) in zip(panels[0], sorted(paces.items(), key=lambda item: float(item[0]))):
        for name in ("c", "pool", "run_to_completion"):
            numbers = contestants.get(name)
            if not numbers:
                continue
            points = [p for p in numbers["curve"] if p[0] >= 1e-6]
            axes.plot([p[0] for p in points], [p[1] for p in points], color=COLORS[name], lw=2.2, drawstyle="steps-post",
                      label=f'{NAMES[name]}')
        axes.set_xscale("log")
        axes.set_xlim(1, 1e-6)
        axes.xaxis.set_major_locator(FixedLocator(shares))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(
            lambda share, _: "0" if share >= 1 else f"{100 * (1 - share):.{max(0, round(-math.log10(share)) - 2)}f}"))
        axes.tick_params(axis="x", labelsize=8)
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        made = min((n["sustained_mpps"] for n in contestants.values()), default=0)
        short = "" if made >= 0.97 * float(pace) else f", {made:g} sustained"
        axes.set_title(f"{pace} Mpps offered{short}, processors {results['latency']['distance'][pace]}",
                       loc="left", fontsize=11)
        axes.set_xlabel("percentile of packets")
        axes.legend(frameon=False, fontsize=9, loc="upper left")
    panels[0][0].set_ylabel("microseconds from wire to wire")
    low, high = panels[0][0].get_ylim()
    panels[0][0].set_ylim(low, high * 1.8)
    count = min(n["packets"] for contestants in paces.values() for n in contestants.values())
    save(figure, folder, "latency", "Forwarding latency: every packet measured, to the far tail",
         f"From wire to wire, lower is better; at least {count / 1e6:.1f} million packets a line", note, top=0.82)


def sweeps(results, folder, note):
    figure, panels = plt.subplots(1, 3, figsize=(15, 4.9), gridspec_kw={"width_ratios": [1, 1, 0.8]})
    figure.subplots_adjust(left=0.05, right=0.985, wspace=0.22)
    for axes, section, label in ((panels[0], "rings", "descriptors in each ring"),
                                 (panels[1], "sizes", "bytes of a frame, with its check sequence")):
        found = results[section]
        for name in ("c", "pool", "run_to_completion"):
            cells = sorted(((int(k), v) for k, v in found.get(name, {}).items()))
            if not cells:
                continue
            x = [k for k, _ in cells]
            cycles = [v["cycles"] for _, v in cells]
            bars = [[v["cycles"] - v["cycles_low"] for _, v in cells], [v["cycles_high"] - v["cycles"] for _, v in cells]]
            axes.errorbar(x, cycles, bars, color=COLORS[name], marker="o", ms=5, lw=2, capsize=3, label=NAMES[name])
            axes.set_xscale("log", base=2)
            axes.xaxis.set_major_locator(FixedLocator(x))
            axes.xaxis.set_minor_locator(NullLocator())
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.set_ylim(0, None)
        axes.set_xlabel(label)
        axes.legend(frameon=False, fontsize=9)
    panels[0].set_ylabel("TSC cycles for a packet")
    for axes, section, title in zip(
            panels, ("rings", "sizes", "pages"), ("Ring size", "Packet size", "Pages of the pool's memory")):
        axes.set_title(f"{title}, processors {results[section]['distance']}", loc="left", fontsize=11)
    axes = panels[2]
    found = results["pages"]
    names = [n for n in ("c", "pool", "run_to_completion") if n in found]
    for place, name in enumerate(names):
        for step, (key, label) in enumerate((("False", "4 KiB"), ("True", "2 MiB"))):
            numbers = found[name].get(key)
            if not numbers:
                continue
            x = place + (step - 0.5) * 0.36
            axes.bar(x, numbers["cycles"], 0.33, color=COLORS[name], alpha=1 if step == 0 else 0.55, yerr=[
                [numbers["cycles"] - numbers["cycles_low"]], [numbers["cycles_high"] - numbers["cycles"]]], capsize=3)
            axes.text(x, numbers["cycles_high"] + 1, f"{label}\n{numbers['cycles']:.0f}", ha="center", va="bottom", fontsize=8)
    axes.set_xticks(range(len(names)), [NAMES[n].replace(", ", ",\n").replace(" and ", "\nand ") for n in names], fontsize=8)
    axes.grid(axis="x", visible=False)
    axes.set_ylim(0, axes.get_ylim()[1] * 1.15)
    save(figure, folder, "sweeps", "What ring size, packet size and page size do to the cost of a packet",
         "Batch 32, both ways between two modelled 82599s; medians, bars from first to third quartile; lower is better", note, top=0.8)


def bars(axes, rows, unit, color_of, high=None, digits=0):
    """Horizontal bars with their numbers: (label, value, low, high)."""
    if not rows:
        return
    for place, (label, value, low, up) in enumerate(rows):
        axes.barh(place, value, 0.62, color=color_of(label),
                  xerr=None if low is None else [[max(0, value - low)], [max(0, up - value)]], capsize=3)
        axes.annotate(f"{value:,.{digits}f}", (up or value, place), (6, 0), textcoords="offset points", va="center",
                      fontsize=9)
    axes.set_yticks(range(len(rows)), [r[0] for r in rows])
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.set_xlim(0, (high or max((r[3] or r[1]) for r in rows)) * 1.14)
    axes.set_xlabel(unit)
    axes.tick_params(axis="y", labelcolor=INK, labelsize=9)


def virtio(results, folder, note):
    rows = results["virtio"].get("cells", [])
    if not rows:
        return
    figure, axes = plt.subplots(figsize=(11, 5.4))
    figure.subplots_adjust(left=0.08, right=0.98)
    for place, row in enumerate(rows):
        for step, who in enumerate(("ixy-swift", "DPDK")):
            numbers = row[who]
            x = place + (step - 0.5) * 0.38
            axes.bar(x, numbers["median"], 0.36, color=COLORS["pool"] if step == 0 else COLORS["DPDK"],
                     yerr=[[numbers["median"] - numbers["low"]], [numbers["high"] - numbers["median"]]], capsize=3,
                     label=("ixy-swift" if step == 0 else "DPDK virtio-user") if place == 0 else None)
            axes.text(x, numbers["high"] + 0.3, f"{numbers['median']:.1f}", ha="center", fontsize=9)
        best = max(row["ixy-swift"]["high"], row["DPDK"]["high"])
        axes.text(place, best + 1.9, f"{row['ratio']:.2f}×", ha="center", fontsize=11, fontweight="bold")
    axes.set_xticks(range(len(rows)), [f"{r['layout']}\n{r['mode']}" for r in rows])
    axes.tick_params(axis="x", labelcolor=INK)
    axes.grid(axis="x", visible=False)
    axes.set_ylabel("million packets a second")
    axes.set_ylim(0, axes.get_ylim()[1] * 1.12)
    axes.legend(frameon=False, loc="upper left", ncols=2)
    save(figure, folder, "virtio", "VirtIO: our vhost-user front-end against DPDK's, with the same back-end",
         "64-byte frames, bursts of 32, rings of 256; medians with quartiles; above: ours relative to DPDK's", note, bottom=0.2)


def safety(results, folder, note):
    variants = results["safety"].get("variants", {})
    if len(variants) < 2:
        return
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.6), sharey=True)
    figure.subplots_adjust(left=0.22, right=0.97, wspace=0.08)
    names = list(variants)

    def color(label):
        return COLORS["pool"] if label == names[0] else "#E2A98C"

    bars(left, [(n, variants[n]["instructions"]["pool"], None, None) for n in names if variants[n].get("instructions", {}).get("pool")],
         "instructions for a packet", color, digits=1)
    measured = [n for n in names if variants[n].get("cycles")]
    bars(right, [(n, variants[n]["cycles"]["cycles"], variants[n]["cycles"]["cycles_low"],
                  variants[n]["cycles"]["cycles_high"]) for n in measured], "TSC cycles for a packet", color, digits=1)
    save(figure, folder, "safety", "What safety costs: the same driver with protections taken out",
         "Pool and batches of 32. Builds without checks are made for this figure only and never ship", note, bottom=0.2)


def instructions(results, folder, note):
    found = results["instructions"]
    rows = [(NAMES[n], found[n]["32"], None, None) for n in ("run_to_completion", "pool", "c", "c_inlined") if n in found]
    rows += [(name, value, None, None) for name, value in published.OTHER_INSTRUCTIONS.items()]
    rows.sort(key=lambda row: row[1])
    figure, axes = plt.subplots(figsize=(11, 5))
    figure.subplots_adjust(left=0.22, right=0.95)
    mine = {NAMES[n]: COLORS[n] for n in NAMES}
    bars(axes, rows, "instructions for a packet, logarithmic", lambda label: mine.get(label, "#C9D0D6"))
    axes.set_xscale("log")
    axes.set_xlim(20, 2500)
    save(figure, folder, "instructions", "Instructions to forward one packet, batch 32",
         "Receive, change a byte, send, clean up; counted by callgrind. Grey: other drivers, on another model of the card", note,
         bottom=0.18)


def size(results, folder, note):
    ours = results["size"]["minimal forwarder"]
    rows = [(name, lines, None, None) for name, (lines, _) in published.SIZES.items()]
    rows.append(("Swift, here", ours["lines"], None, None))
    rows.sort(key=lambda row: row[1])
    packed = {name: kb for name, (_, kb) in published.SIZES.items()} | {"Swift, here": ours["kB"]}
    figure, axes = plt.subplots(figsize=(11, 5))
    figure.subplots_adjust(left=0.17, right=0.95)
    bars(axes, [(f"{n}  ({packed[n]:g} kB)", v, None, None) for n, v, _, _ in rows], "lines without blanks and comments",
         lambda label: COLORS["pool"] if label.startswith("Swift, here") else "#C9D0D6")
    save(figure, folder, "size", "Size of a forwarder with its driver",
         "Lines without blanks and comments, in brackets kB by gzip; grey: the slides' table of 2018, stripped to common features",
         note, bottom=0.18)


def draw(results, folder, note):
    folder.mkdir(parents=True, exist_ok=True)
    for figure in (batching, latency, sweeps, virtio, safety, instructions, size):
        figure(results, folder, note)
