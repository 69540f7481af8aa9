public import BasicContainers

extension VirtIO {
    /// The numbers under which a transmit queue has lent packets to the device: running numbers, of which a ring shows the low
    /// bits.
    ///
    /// They are given in order, and mostly come back in order. A device may return them in any order all the same; a number
    /// is free again once all before it are back. Nothing of this is ever read back from memory that the device can write.
    @frozen @usableFromInline
    struct LentNumbers: ~Copyable, Sendable {
        /// The numbers in use: `first ..< end`.
        @usableFromInline private(set) var first = 0
        @usableFromInline private(set) var end = 0
        @usableFromInline let mask: Int
        /// Numbers in use that are not plain.
        @usableFromInline private(set) var special = 0
        private var marks: UniqueArray<Mark>

        /// The meaning of a number in use.
        @usableFromInline
        enum Mark: UInt8, Sendable {
            /// A packet with its header before it.
            case plain
            /// A packet whose header lies elsewhere. It takes this number and the next.
            case apart, second
            /// A packet that came back while an older number is still in use.
            case returned
        }

        /// A record of which no number is in use. Traps unless `count` is a power of two.
        init(count: Int) {
            precondition(count > 0 && count & (count - 1) == 0)
            mask = count - 1
            marks = UniqueArray(repeating: .plain, count: count)
        }

        /// Numbers in use: one for each packet, or two for one whose header lies elsewhere, and those that wait for an older
        /// one to come back.
        @inlinable var count: Int { end &- first }
        /// Numbers that are free.
        @inlinable var room: Int { mask &+ 1 &- count }
        /// Whether all numbers in use are packets that have their headers before them.
        @inlinable var isPlain: Bool { special == 0 }

        /// Gives the next `lent` numbers to plain packets. Traps if there are fewer.
        @inlinable @inline(__always)
        mutating func lend(_ lent: Int) {
            precondition(lent >= 0 && lent <= room)
            end &+= lent
        }

        /// Gives the next two numbers to a packet whose header lies elsewhere. Traps if there are fewer.
        mutating func lendApart() {
            precondition(room >= 2)
            marks[end & mask] = .apart
            marks[(end + 1) & mask] = .second
            special += 2
            end += 2
        }

        /// The oldest `returned` numbers are back. Traps if there are fewer, or unless all are plain.
        @inlinable @inline(__always)
        mutating func release(_ returned: Int) {
            precondition(returned >= 0 && returned <= count && special == 0, "more released than lent")
            first &+= returned
        }

        /// The number that is `offset` behind the oldest one is back.
        ///
        /// - Parameter offset: any number at all, as it follows from what the device wrote.
        /// - Returns: how many numbers came back: 1, 2, or 0 if no packet is lent under that number.
        mutating func takeBack(offset: Int) -> Int {
            guard offset >= 0, offset < count else { return 0 }
            let slot = (first + offset) & mask
            let mark = marks[slot]
            guard mark == .plain || mark == .apart else { return 0 }
            if mark == .plain { special += 1 }
            marks[slot] = .returned
            if mark == .apart { marks[(slot + 1) & mask] = .returned }
            while count > 0, marks[first & mask] == .returned {
                marks[first & mask] = .plain
                special -= 1
                first += 1
            }
            return mark == .apart ? 2 : 1
        }

        /// No number is in use. The device must have been reset.
        mutating func restart() {
            while count > 0 {
                marks[first & mask] = .plain
                first += 1
            }
            first = 0
            end = 0
            special = 0
        }
    }
}
