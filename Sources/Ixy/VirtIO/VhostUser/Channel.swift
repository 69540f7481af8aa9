package import IxyHardware

extension VhostUser {
    /// A connection on which whole messages travel. Nothing that comes is believed, and no call waits for ever.
    ///
    /// After an error nobody knows where the next message begins: the connection is to be dropped.
    package struct Channel: ~Copyable, Sendable {
        /// How long one side waits for the other to answer, or to finish what it has begun, in milliseconds. The other side
        /// is a process that may have to wait for a processor: on a busy machine DPDK's took more than a second.
        package static let patience = 5000
        /// The message that a back-end awaits if its front-end leaves between two messages.
        package static let nextMessage = "the next message"
        /// No message that either side knows is longer.
        private static let largestPayload = 12 + largestConfiguration

        private let socket: UnixSocket

        package init(_ socket: consuming UnixSocket) {
            self.socket = socket
        }

        /// Whether the other side is still there, as far as a look without waiting tells.
        package var isConnected: Bool { socket.isConnected }
    }
}

// The front-end's half.
extension VhostUser.Channel {
    /// Sends `request` with the open files whose numbers are in `files`.
    func send(
        _ request: VhostUser.Request, files: [CInt], needsReply: Bool, before deadline: Deadline
    ) throws(VhostUserError) {
        let flags = VhostUser.Header.version | (needsReply ? VhostUser.Header.needsReply : 0)
        let header = VhostUser.Header(code: request.code.rawValue, flags: flags, size: UInt32(request.payload.count))
        try send(header, request.payload, files: files, request.code.name, before: deadline)
    }

    /// Receives the answer to `request`.
    func receiveReply(
        to request: VhostUser.Request, before deadline: Deadline
    ) throws(VhostUserError) -> VhostUser.Reply {
        let name = "a reply to \(request.code.name)"
        var files = PassedFiles()
        let header = try receiveHeader(request.code.name, &files, before: deadline)
        guard header.code == request.code.rawValue else {
            throw .malformed("message \(header.code) where \(name) was due")
        }
        guard header.flags == VhostUser.Header.version | VhostUser.Header.reply else {
            throw .malformed("\(name) with flags \(header.flags)")
        }
        guard VhostUser.Reply.sizes(for: request).contains(Int(header.size)) else {
            throw .malformed("\(name) of \(header.size) bytes")
        }
        let payload = try receive(Int(header.size), request.code.name, &files, before: deadline)
        guard files.count == 0 else { throw .malformed("\(name) with \(files.count) files") }
        return try VhostUser.Reply(to: request, payload: payload)
    }
}

// The back-end's half.
extension VhostUser.Channel {
    /// Waits for the next message's first byte, or for the end of the connection; false if neither comes in time.
    package func waitForRequest(milliseconds: Int) throws(VhostUserError) -> Bool {
        do {
            return try socket.waitReadable(before: Deadline(milliseconds: milliseconds))
        } catch {
            throw .socket(error)
        }
    }

    /// Receives the next message and the files that came with it.
    ///
    /// - Parameter needsAnswer: set to whether the front-end waits for an answer.
    package func receiveRequest(
        files: inout PassedFiles, needsAnswer: inout Bool
    ) throws(VhostUserError) -> VhostUser.Request {
        let deadline = Deadline(milliseconds: Self.patience)
        let header = try receiveHeader(Self.nextMessage, &files, before: deadline)
        guard header.flags & ~VhostUser.Header.needsReply == VhostUser.Header.version else {
            throw .malformed("message \(header.code) with flags \(header.flags)")
        }
        guard header.size <= Self.largestPayload else {
            throw .malformed("message \(header.code) of \(header.size) bytes")
        }
        let payload = try receive(Int(header.size), "message \(header.code)", &files, before: deadline)
        let request = try VhostUser.Request(code: header.code, payload: payload, files: files.count)
        needsAnswer = header.flags & VhostUser.Header.needsReply != 0
        return request
    }

    /// Answers `code`.
    package func send(_ reply: VhostUser.Reply, to code: VhostUser.Code) throws(VhostUserError) {
        let header = VhostUser.Header(
            code: code.rawValue, flags: VhostUser.Header.version | VhostUser.Header.reply,
            size: UInt32(reply.payload.count))
        try send(
            header, reply.payload, files: [], "a reply to \(code.name)",
            before: Deadline(milliseconds: Self.patience))
    }
}

// Bytes.
extension VhostUser.Channel {
    private func send(
        _ header: VhostUser.Header, _ payload: [UInt8], files: [CInt], _ name: String, before deadline: Deadline
    ) throws(VhostUserError) {
        var writer = MessageWriter()
        writer.append(header.code)
        writer.append(header.flags)
        writer.append(header.size)
        writer.append(payload)
        do {
            try socket.send(writer.bytes, files: files, before: deadline)
        } catch {
            throw VhostUserError(error, during: name, milliseconds: Self.patience)
        }
    }

    private func receiveHeader(
        _ name: String, _ files: inout PassedFiles, before deadline: Deadline
    ) throws(VhostUserError) -> VhostUser.Header {
        var reader = MessageReader(
            try receive(VhostUser.Header.byteCount, name, &files, before: deadline), of: "a header")
        return VhostUser.Header(code: try reader.word32(), flags: try reader.word32(), size: try reader.word32())
    }

    private func receive(
        _ count: Int, _ name: String, _ files: inout PassedFiles, before deadline: Deadline
    ) throws(VhostUserError) -> [UInt8] {
        do {
            return try socket.receive(count: count, files: &files, before: deadline)
        } catch {
            throw VhostUserError(error, during: name, milliseconds: Self.patience)
        }
    }
}
