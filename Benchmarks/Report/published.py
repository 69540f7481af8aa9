"""What others have published, and what was measured of other drivers before: facts that figures set beside our own."""

BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256]

# Mpps, both directions together, at 1.6 GHz, where the processor and not the card is the limit. Emmerich et al., "The Case
# for Writing Network Drivers in High-Level Programming Languages", ANCS 2019, and the slides of 35C3; one core of a Xeon
# E3-1230 v3, two ports of an 82599, 64-byte frames.
MPPS_1_6_GHZ = {
    "C": [4.1, 7.6, 11.3, 14.8, 15.6, 16.3, 17.2, 17.3, 17.5],
    "Rust": [3.6, 6.5, 10.0, 13.2, 14.7, 16.0, 16.7, 17.2, 17.2],
    "Go": [1.7, 3.1, 5.4, 8.1, 10.3, 12.2, 13.2, 13.3, 13.4],
    "Swift 2018": [0.91, 1.39, 1.93, 2.24, 2.49, 2.67, 2.74, 2.78, 2.79],
}

# The same at 3.3 GHz, the slides' "batching" figure; from batch 16 on the card is the limit for C and Rust.
MPPS_3_3_GHZ = {
    "C": [8.33, 14.31, 20.94, 25.98, 27.44, 27.44, 27.45, 27.44, 27.44],
    "Rust": [5.9, 10.6, 16.7, 23.4, 26.4, 27.6, 27.4, 27.4, 27.4],
    "Go": [3.3, 5.9, 9.8, 15.0, 19.0, 20.6, 23.5, 24.4, 24.8],
    "Swift 2018": [1.7, 2.5, 3.5, 4.1, 4.6, 4.8, 5.0, 5.1, 5.1],
}

# Microseconds on real hardware (fibre taps), by offered Mpps: 50, 90, 99, 99.9, 99.99, 99.999, 99.9999 %. Same source.
LATENCY = {
    1: {"C": [3.76, 3.82, 3.95, 4.24, 5.65, 12.62, 19.46], "Swift 2018": [4.51, 5.55, 5.78, 6.64, 9.45, 46.30, 61.27]},
    10: {"C": [5.05, 5.41, 5.72, 6.60, 8.72, 16.65, 20.57]},
    20: {"C": [9.53, 10.15, 10.90, 19.32, 24.86, 28.48, 29.21]},
}

# Lines of code and kB compressed, "stripped to the features of all": the slides' table of 2018.
SIZES = {
    "C": (831, 12.9),
    "Rust": (961, 10.4),
    "Go": (1640, 20.6),
    "C#": (1266, 13.1),
    "Swift 2018": (1506, 15.9),
    "Haskell": (1001, 9.6),
    "OCaml": (1177, 12.3),
    "Python": (1242, 14.2),
}

# Instructions for a packet at batch 32, by callgrind: other drivers, unmodified, on another model of the same card,
# 2026-11-23. For orientation.
OTHER_INSTRUCTIONS = {
    "tinynf C, run to completion": 36,
    "tinynf C, queues": 101,
    "ixy in C": 134,
    "ixy in Rust": 218,
    "ixy in Swift, 2019": 1480,
}
