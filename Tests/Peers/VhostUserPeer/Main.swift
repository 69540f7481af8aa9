import Glibc
import IxyHardware
import IxySystem

// Half of a conversation with another program, whose other half a script starts.
//
//   VhostUserPeer front-end ADDRESS [reconnect]
//   VhostUserPeer back-end PATH server|client QUEUES
@main
struct VhostUserPeer {
    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            switch (words.first, words.count) {
            case ("front-end", 2...3): try frontEnd(words[1], reconnects: words.count == 3)
            case ("back-end", 4): try backEnd(words[1], isServer: words[2] == "server", queues: Int(words[3]) ?? 2)
            default:
                throw Failure(
                    description: "usage: front-end ADDRESS [reconnect] | back-end PATH server|client QUEUES")
            }
        } catch {
            say("FAILED: \(error)")
            exit(1)
        }
    }
}

/// Prints a line at once, even into a file.
func say(_ line: String) {
    var written = 0
    try? FileDescriptor.standardOutput().write(Array((line + "\n").utf8).span.rawBytes, written: &written, subject: "")
}
