import Foundation

/// The numbers of a run, each second and at its end.
struct LiveTable {
    /// The devices' addresses, and how many queues each has.
    let devices: [(name: String, queues: Int)]
    /// JSON lines instead of a table.
    let isJSON: Bool
    private let redraws: Bool
    private var drawnLines = 0

    init(devices: [(name: String, queues: Int)], isJSON: Bool) {
        self.devices = devices
        self.isJSON = isJSON
        redraws = Console.isTerminal && !isJSON
    }

    /// One line of it.
    private struct Row {
        let device: String
        let queue: Int?
        let change: TrafficReading
        let resets: UInt64
    }

    /// Shows what happened in the last `seconds`, per device and queue; `counts` are the devices' own.
    mutating func show(
        _ changes: [[TrafficReading]], counts: [DeviceWatch.Counts], seconds: Double, time: Double, progress: String?
    ) {
        let rows = rows(changes, counts)
        guard !isJSON else {
            Console.write(rows.map { json($0, seconds: seconds, time: time, isSummary: false) }.joined())
            return
        }
        var lines = redraws || drawnLines == 0 ? [header] : []
        lines += rows.map { line($0, seconds: seconds) }
        if let progress { lines.append(progress) }
        draw(lines)
    }

    /// Shows the totals and averages of the whole run.
    mutating func summarize(_ totals: [[TrafficReading]], counts: [DeviceWatch.Counts], seconds: Double) {
        let rows = rows(totals, counts)
        guard !isJSON else {
            Console.write(rows.map { json($0, seconds: seconds, time: seconds, isSummary: true) }.joined())
            return
        }
        var text = "\nSummary of \(seconds.fixed(2)) s, with averages:\n" + header + "\n"
        for row in rows { text += line(row, seconds: seconds) + "\n" }
        for row in rows where row.queue == nil {
            text += "\(row.device): received \(row.change.receivedPackets) packets (\(row.change.receivedBytes) bytes), "
                + "sent \(row.change.sentPackets) packets (\(row.change.sentBytes) bytes), "
                + "dropped \(row.change.drops)" + (row.change.copies > 0 ? ", copied \(row.change.copies)" : "")
                + (row.resets > 0 ? ", reset \(row.resets) times\n" : "\n")
        }
        Console.write(text)
    }

    private func rows(_ readings: [[TrafficReading]], _ counts: [DeviceWatch.Counts]) -> [Row] {
        var rows: [Row] = []
        for (index, device) in devices.enumerated() {
            if device.queues > 1 {
                for (queue, reading) in readings[index].enumerated() {
                    rows.append(Row(device: device.name, queue: queue, change: reading, resets: 0))
                }
            }
            var total = readings[index].reduce(TrafficReading(), +)
            total.drops &+= counts[index].lost
            rows.append(Row(device: device.name, queue: nil, change: total, resets: counts[index].resets))
        }
        return rows
    }

    private var nameWidth: Int { min(40, max(12, devices.map(\.name.count).max() ?? 0)) }

    private var header: String {
        "device".left(nameWidth) + "queue".right(7) + "RX Mpps".right(10) + "Gbit/s".right(9) + "TX Mpps".right(10)
            + "Gbit/s".right(9) + "drops".right(12)
    }

    private func line(_ row: Row, seconds: Double) -> String {
        let rates = row.change.rates(seconds)
        let name =
            row.device.count > nameWidth ? row.device.prefix(nameWidth - 1) + "…" : row.device.left(nameWidth)
        return name + (row.queue.map(String.init) ?? "all").right(7) + Self.megapackets(rates.receivedMpps)
            + rates.receivedGbits.fixed(3).right(9) + Self.megapackets(rates.sentMpps)
            + rates.sentGbits.fixed(3).right(9) + String(row.change.drops).right(12)
    }

    /// Three digits after the point; six for rates so low that these would say nothing.
    private static func megapackets(_ rate: Double) -> String { rate.fixed(rate < 0.01 ? 6 : 3).right(10) }

    private func json(_ row: Row, seconds: Double, time: Double, isSummary: Bool) -> String {
        let rates = row.change.rates(seconds)
        return "{\"summary\":\(isSummary),\"time\":\(time.fixed(3)),\"seconds\":\(seconds.fixed(3)),"
            + "\"device\":\(row.device.json),\"queue\":\(row.queue.map(String.init) ?? "null"),"
            + "\"rxPackets\":\(row.change.receivedPackets),\"rxBytes\":\(row.change.receivedBytes),"
            + "\"rxMpps\":\(rates.receivedMpps.fixed(6)),\"rxGbits\":\(rates.receivedGbits.fixed(6)),"
            + "\"txPackets\":\(row.change.sentPackets),\"txBytes\":\(row.change.sentBytes),"
            + "\"txMpps\":\(rates.sentMpps.fixed(6)),\"txGbits\":\(rates.sentGbits.fixed(6)),"
            + "\"drops\":\(row.change.drops),\"copied\":\(row.change.copies),\"resets\":\(row.resets)}\n"
    }

    /// Writes the lines, over those of the last time if this is a terminal.
    private mutating func draw(_ lines: [String]) {
        var text = redraws && drawnLines > 0 ? "\u{1B}[\(drawnLines)A" : ""
        for line in lines { text += line + (redraws ? "\u{1B}[K\n" : "\n") }
        // Whatever is left of a longer table before.
        if redraws { text += "\u{1B}[J" }
        Console.write(text)
        drawnLines = lines.count
    }
}
