// traps: no such output
import Ixy
import IxyModels

/// Sends to an output before the first one.
func outputOfNegative() throws { print(Verdict.send(to: -2)) }
