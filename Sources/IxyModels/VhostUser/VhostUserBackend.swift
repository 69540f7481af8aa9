import Foundation
package import Ixy
import IxyHardware
import Synchronization

/// Offers a device to drivers in other processes, one after the other, through a vhost-user socket.
///
/// It only sets up the device's queues; whoever made the device moves it on. `step` works on one message in the caller's
/// thread; `run` makes a thread for it.
package final class VhostUserBackend: Sendable {
    private struct State: ~Copyable {
        var listener: UnixListener?
        /// Whether it listens, even if it has stopped doing so.
        let isServer: Bool
        var session: BackendSession?
    }

    /// State that others may read while the thread waits for a message.
    private struct Record {
        var problems: [VhostUserError] = []
        var sessions = 0
        var isConnected = false
    }

    private let path: String
    private let device: any VirtqueueDevice
    private let allowsUnsealed: Bool
    private let state: Mutex<State>
    private let record = Mutex(Record())
    private let shouldStop = Atomic<Bool>(false)
    private let isRunning = Atomic<Bool>(false)

    /// - Parameters:
    ///   - path: the socket's path.
    ///   - isServer: it listens, and front-ends connect; otherwise it connects, again and again, to one that listens.
    ///   - allowsUnsealed: front-ends are trusted not to take memory away that they share, which ends this process. DPDK's
    ///     need that, as they do not seal their memory.
    package init(
        _ device: any VirtqueueDevice, path: String, isServer: Bool = true, allowsUnsealed: Bool = false
    ) throws(VhostUserError) {
        self.device = device
        self.allowsUnsealed = allowsUnsealed
        self.path = path
        do {
            state = Mutex(State(listener: isServer ? try UnixListener.bind(path) : nil, isServer: isServer))
        } catch {
            throw .socket(error)
        }
    }

    /// The front-ends' mistakes, the first thousand, and connections that did not end as they should.
    package var problems: [VhostUserError] { record.withLock { $0.problems } }
    /// How many front-ends there have been.
    package var sessions: Int { record.withLock { $0.sessions } }
    package var isConnected: Bool { record.withLock { $0.isConnected } }

    private func note(_ problem: VhostUserError) {
        record.withLock { if $0.problems.count < 1000 { $0.problems.append(problem) } }
    }

    /// Accepts a connection or works on a message, if there is one in time.
    package func step(milliseconds: Int) {
        state.withLock { state in
            do throws(VhostUserError) {
                if state.session == nil {
                    try connect(&state, milliseconds)
                } else if let problem = try state.session!.step(milliseconds: milliseconds) {
                    note(problem)
                }
            } catch {
                hangUp(&state)
                // That a front-end leaves between two messages is how every session ends.
                if error != .closed(during: VhostUser.Channel.nextMessage) { note(error) }
            }
        }
    }

    private func hangUp(_ state: inout State) {
        state.session = nil
        record.withLock { $0.isConnected = false }
    }

    private func connect(_ state: inout State, _ milliseconds: Int) throws(VhostUserError) {
        let deadline = Deadline(milliseconds: milliseconds)
        do throws(SocketError) {
            if state.isServer {
                guard let socket = try state.listener?.accept(before: deadline) else { return }
                state.session = BackendSession(socket, device: device, allowsUnsealed: allowsUnsealed)
            } else {
                state.session = BackendSession(
                    try UnixSocket.connect(path, before: deadline), device: device, allowsUnsealed: allowsUnsealed)
            }
            record.withLock { record in
                record.sessions += 1
                record.isConnected = true
            }
        } catch .nobodyListens {
            usleep(UInt32(clamping: deadline.milliseconds * 1000))
        } catch {
            throw .socket(error)
        }
    }

    /// Serves front-ends in a thread of its own until `stop`.
    package func run() {
        isRunning.store(true, ordering: .releasing)
        let thread = Thread { [self] in
            while !shouldStop.load(ordering: .acquiring) { step(milliseconds: 10) }
            isRunning.store(false, ordering: .releasing)
        }
        thread.name = "ixy-vhost-user"
        thread.start()
    }

    /// Ends the thread, the session and the listening, for good; returns when no queue runs any more.
    package func stop() {
        shouldStop.store(true, ordering: .releasing)
        while isRunning.load(ordering: .acquiring) { usleep(1000) }
        state.withLock { state in
            hangUp(&state)
            state.listener = nil
        }
    }
}
