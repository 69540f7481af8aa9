"""From what the programs have measured to the numbers that are reported."""
from statistics import median

try:
    from hdrh.histogram import HdrHistogram
except ImportError:
    HdrHistogram = None

PERCENTILES = [50, 90, 99, 99.9, 99.99, 99.999, 99.9999]
# A cell is worth something from so many windows on.
ENOUGH = 9


def quartile(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part))]


def window_numbers(windows):
    cycles = [window["cycles"] for window in windows]
    return {
        "cycles": round(median(cycles), 2),
        "cycles_low": round(quartile(cycles, 0.25), 2),
        "cycles_high": round(quartile(cycles, 0.75), 2),
        "mpps": round(median(window["rate"] for window in windows), 2),
        "models_cycles": round(median(window["models"] for window in windows), 2),
        "windows": len(windows),
    }


def by_distance(report, key):
    """{distance: {contestant: {key of the setting: numbers}}} of a report of `speed`."""
    found = {}
    for cell in report["cells"]:
        for distance in ("near", "far"):
            if cell[distance]:
                place = found.setdefault(distance, {}).setdefault(cell["contestant"], {})
                place[str(key(cell["setting"]))] = window_numbers(cell[distance])
    for contestants in found.values():
        for cells in contestants.values():
            for setting, numbers in cells.items():
                measure = contestants.get("c", {}).get(setting)
                if measure:
                    numbers["ratio_to_c"] = round(numbers["cycles"] / measure["cycles"], 3)
    return found


def chosen(found):
    """The distance at which more was measured, and its numbers. Near is what two cores of one processor are."""
    def complete(distance):
        cells = [n["windows"] for contestant in found.get(distance, {}).values() for n in contestant.values()]
        return sum(min(count, ENOUGH) for count in cells)

    distance = max(("near", "far"), key=complete)
    return distance, found.get(distance, {})


def forward(report):
    found = by_distance(report, lambda setting: setting["batch"])
    distance, numbers = chosen(found)
    return {
        "distance": distance, **numbers, "by_distance": found, "tsc_ghz": round(report["tscGHz"], 3),
        "windows_dropped": {"moved": report["movedAway"], "interrupted": report["interrupted"],
                            "shared": report["shared"]}, "on_one_core": report["onOneCore"],
    }


def sweep(report, key):
    found = by_distance(report, key)
    distance, numbers = chosen(found)
    return {"distance": distance, **numbers, "by_distance": found}


def latency(report):
    tick = report["ticksPerBin"] / report["tscGHz"]
    found = {}
    for cell in report["cells"]:
        total = sum(count for _, count in cell["bins"])
        if not total:
            continue
        at, maximum = percentiles(cell["bins"], tick)
        seconds = cell["seconds"]
        place = found.setdefault(f'{cell["offered"]:g}', {}).setdefault(cell["distance"], {})
        place[cell["contestant"]] = {
            "packets": total,
            "windows": cell["windows"],
            "sustained_mpps": round(cell["received"] / seconds / 1e6, 2),
            "lost": max(0, cell["sent"] - cell["received"] - 64 * cell["windows"]),
            "left_out_by_model": cell["leftOut"],
            "microseconds": {f"{p:g}": round(at(p) / 1000, 2) for p in PERCENTILES},
            "maximum": round(maximum / 1000, 2),
            "curve": curve(cell["bins"], tick),
        }

    most = max((len(numbers) for distances in found.values() for numbers in distances.values()), default=0)

    # At each pace the distance at which more packets were measured of the one that has fewest: all are shown at the same.
    def fewest(numbers):
        return min(c["packets"] for c in numbers.values()) if len(numbers) == most else 0

    distance = {pace: max(distances, key=lambda d: fewest(distances[d])) for pace, distances in found.items()}
    return {
        "distance": distance, "mpps": {pace: found[pace][distance[pace]] for pace in found}, "by_pace": found,
        "windows_dropped": {"stalled": report["stalled"], "moved": report["movedAway"]},
    }


def percentiles(bins, tick):
    """A function from percentile to nanoseconds, and the maximum: by HdrHistogram, or from the bins where that is missing."""
    values = [(max(1, round((number + 0.5) * tick)), count) for number, count in bins]
    if HdrHistogram:
        histogram = HdrHistogram(1, 10_000_000, 3)
        for value, count in values:
            histogram.record_value(value, count)
        return histogram.get_value_at_percentile, histogram.get_max_value()

    def at(percentile):
        left = sum(count for _, count in values) * percentile / 100
        for value, count in values:
            left -= count
            if left <= 0:
                break
        return value

    return at, values[-1][0]


def curve(bins, tick):
    """Points of the distribution for the figure: share of packets that took longer, and microseconds."""
    total = sum(count for _, count in bins)
    points, above, last = [], total, None
    for bin_number, count in bins:
        share = above / total
        if last is None or share < last * 0.93 or share == 1:
            points.append([share, round((bin_number + 0.5) * tick / 1000, 3)])
            last = share
        above -= count
    points.append([1 / total, round((bins[-1][0] + 0.5) * tick / 1000, 3)])
    return points


def queues(report):
    """What each thread makes beside the other one, of what it makes alone: together, how many times one queue's throughput."""
    found = {}
    for cell in report["cells"]:
        place = found.setdefault(cell["contestant"], {"alone": [], "together": [], "throughput": 0})
        place["alone"].append(round(cell["alone"], 2))
        place["together"].append(round(cell["together"], 2))
        if cell["together"]:
            place["throughput"] = round(place["throughput"] + cell["alone"] / cell["together"], 3)
    return found
