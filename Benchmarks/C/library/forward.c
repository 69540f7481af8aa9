/* The app, and what the benchmark calls. */
#include <stdlib.h>

#include "../forwarder.h"
#include "ixgbe.h"

struct queue_pair {
    struct device *device;
    /* Packets that were received here and did not fit into the other port's ring. */
    uint32_t waiting, first_waiting;
    struct buffer *batch[256];
};

static uint32_t forward(struct queue_pair *from, struct queue_pair *to, uint32_t batch) {
    if (from->waiting == 0) {
        from->first_waiting = 0;
        from->waiting = receive_batch(from->device, 0, from->batch, batch);
        for (uint32_t index = 0; index < from->waiting; index++) from->batch[index]->data[48]++;
    }
    uint32_t sent = transmit_batch(to->device, 0, from->batch + from->first_waiting, from->waiting);
    from->first_waiting += sent;
    from->waiting -= sent;
    return sent;
}

uint64_t forward_both_ways(struct queue_pair *left, struct queue_pair *right, uint32_t batch, uint64_t wanted,
                           uint64_t rounds) {
    uint64_t to_right = 0, to_left = 0;
    while (rounds-- > 0 && (to_right < wanted || to_left < wanted)) {
        if (to_right < wanted) to_right += forward(left, right, batch);
        if (to_left < wanted) to_left += forward(right, left, batch);
    }
    return to_right + to_left;
}

struct queue_pair *queue_pair_create(uint8_t *memory, uint64_t bus, uint32_t receive_ring, uint32_t transmit_ring,
                                     uint32_t buffers, uint32_t report_every) {
    /* It knows no other policy than a report on every descriptor. */
    if (report_every != 1) return NULL;
    struct queue_pair *pair = calloc(1, sizeof *pair);
    pair->device = ixgbe_create(memory, bus, receive_ring, transmit_ring, buffers);
    return pair;
}

void queue_pair_connect(struct queue_pair *pair, volatile uint32_t *receive_tail, volatile uint32_t *transmit_tail) {
    ixgbe_connect(pair->device, receive_tail, transmit_tail);
}

void queue_pair_destroy(struct queue_pair *pair) {
    ixgbe_destroy(pair->device);
    free(pair);
}

uint64_t queue_pair_size(uint32_t receive_ring, uint32_t transmit_ring, uint32_t buffers) {
    return ixgbe_memory_size(receive_ring, transmit_ring, buffers);
}

uint64_t queue_pair_transmit_ring(uint32_t receive_ring) { return ixgbe_transmit_ring(receive_ring); }
