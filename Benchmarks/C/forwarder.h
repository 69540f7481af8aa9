/* The measure that the driver in Swift is held against: the data path of a driver for the 82599 and a forwarder on it, in
 * C. scripts/bench builds it with -O3 -march=native, and the benchmark loads it; no product contains it. There are two:
 *
 * library/ is "C" in all figures. It has the shape of ixy, the driver that the language comparison of 2019 is about and
 * that this project goes back to, and is written as its authors would write it with care:
 *
 *   - Each buffer has a header of one cache line in front of its bytes, with what is known of the packet: its address for
 *     the device, its pool, its number, its length. The pool is a stack of the numbers of free buffers.
 *   - Receive looks at descriptor after descriptor until one is not done, takes the filled buffer, puts a fresh one in its
 *     place, and writes the tail register once a batch.
 *   - Transmit asks for a report (RS) on every descriptor, which the device writes back into the ring. It looks at every
 *     32nd only, and returns 32 buffers at a time.
 *   - It is a library: memory, driver and app are compiled apart, the app reaches the driver through a table of functions,
 *     since there are drivers for several kinds of devices, and buffers are taken and returned by functions of the library.
 *   - Ring sizes are powers of two, indices are masked, barriers are C11 atomics, which cost no instruction on x86-64.
 *
 * inlined/ is the same in one file, without a boundary between app, driver and pool, so that the compiler makes one loop of
 * it all, with a pool that takes no call. Nobody can use that as a library; it is how fast the design can be in C. Asked for
 * a report on every 32nd descriptor only (report_every = 32), it also shows what that policy is worth.
 *
 * Neither has checks: lengths and descriptors by the device are believed, and nothing keeps an app from using a buffer
 * that it has sent.
 */
#pragma once
#include <stdint.h>

struct queue_pair;

/* One port's queues. `memory` holds the receive ring, the transmit ring and the pool one behind the other, and is at `bus`
 * for the device. Ring sizes are powers of two. */
struct queue_pair *queue_pair_create(uint8_t *memory, uint64_t bus, uint32_t receive_ring, uint32_t transmit_ring,
                                     uint32_t buffers, uint32_t report_every);
/* Where the tail registers are; before anything is forwarded. */
void queue_pair_connect(struct queue_pair *pair, volatile uint32_t *receive_tail, volatile uint32_t *transmit_tail);
void queue_pair_destroy(struct queue_pair *pair);

/* Bytes of memory that a pair needs, and where in it the rings are. */
uint64_t queue_pair_size(uint32_t receive_ring, uint32_t transmit_ring, uint32_t buffers);
uint64_t queue_pair_transmit_ring(uint32_t receive_ring);

/* Forwards both ways in turns: receives a batch, adds one to byte 48 of each packet, sends. Packets that do not fit are kept for
 * the next turn. Ends when `wanted` packets were sent in each direction, or `rounds` turns are over. Returns how many were
 * sent in all. */
uint64_t forward_both_ways(struct queue_pair *left, struct queue_pair *right, uint32_t batch, uint64_t wanted,
                           uint64_t rounds);
