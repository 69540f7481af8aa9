#include "ixgbe.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { CLEAN_BATCH = 32 };

/* Advanced descriptors, as two words each. (82599 §7.1.6, §7.2.3.2.4) */
struct descriptor {
    _Atomic uint64_t word[2];
};

#define RX_DONE (UINT64_C(1) << 0)
#define RX_END_OF_PACKET (UINT64_C(1) << 1)
#define TX_DONE (UINT64_C(1) << 32)
#define TX_COMMAND (UINT64_C(3) << 20 | UINT64_C(1) << 24 | UINT64_C(1) << 25 | UINT64_C(1) << 27 | UINT64_C(1) << 29)

struct receive_queue {
    struct descriptor *ring;
    struct buffer **buffers;
    struct pool *pool;
    _Atomic uint32_t *tail;
    uint32_t mask;
    /* The descriptor that the device fills next. */
    uint32_t next;
};

struct transmit_queue {
    struct descriptor *ring;
    struct buffer **buffers;
    _Atomic uint32_t *tail;
    uint32_t mask;
    /* The next free descriptor, and the oldest that is in use. */
    uint32_t next, clean;
};

struct ixgbe {
    struct device device;
    struct receive_queue *receive_queues;
    struct transmit_queue *transmit_queues;
};

static uint32_t ixgbe_receive(struct device *device, uint16_t number, struct buffer **packets, uint32_t limit) {
    struct receive_queue *queue = &((struct ixgbe *)device)->receive_queues[number];
    const uint32_t mask = queue->mask;
    uint32_t slot = queue->next;
    uint32_t count = 0;
    while (count < limit) {
        struct descriptor *descriptor = &queue->ring[slot];
        uint64_t status = atomic_load_explicit(&descriptor->word[1], memory_order_acquire);
        if (!(status & RX_DONE)) break;
        /* Buffers hold the longest frame, so that each ends where it begins. */
        if (!(status & RX_END_OF_PACKET)) abort();
        struct buffer *fresh = buffer_take(queue->pool);
        if (!fresh) break;
        struct buffer *filled = queue->buffers[slot];
        filled->size = (uint16_t)(status >> 32);
        queue->buffers[slot] = fresh;
        atomic_store_explicit(&descriptor->word[0], fresh->bus, memory_order_relaxed);
        atomic_store_explicit(&descriptor->word[1], 0, memory_order_relaxed);
        packets[count++] = filled;
        slot = (slot + 1) & mask;
    }
    if (count > 0) {
        queue->next = slot;
        atomic_store_explicit(queue->tail, (slot - 1) & mask, memory_order_release);
    }
    return count;
}

static uint32_t ixgbe_transmit(struct device *device, uint16_t number, struct buffer **packets, uint32_t count) {
    struct transmit_queue *queue = &((struct ixgbe *)device)->transmit_queues[number];
    const uint32_t mask = queue->mask;
    while (((queue->next - queue->clean) & mask) >= CLEAN_BATCH) {
        uint32_t last = (queue->clean + CLEAN_BATCH - 1) & mask;
        if (!(atomic_load_explicit(&queue->ring[last].word[1], memory_order_acquire) & TX_DONE)) break;
        for (uint32_t index = 0; index < CLEAN_BATCH; index++) {
            buffer_return(queue->buffers[(queue->clean + index) & mask]);
        }
        queue->clean = (queue->clean + CLEAN_BATCH) & mask;
    }
    const uint32_t end = (queue->clean - 1) & mask;
    uint32_t slot = queue->next;
    uint32_t sent = 0;
    while (sent < count && slot != end) {
        struct buffer *buffer = packets[sent++];
        struct descriptor *descriptor = &queue->ring[slot];
        uint64_t size = buffer->size;
        queue->buffers[slot] = buffer;
        atomic_store_explicit(&descriptor->word[0], buffer->bus, memory_order_relaxed);
        atomic_store_explicit(&descriptor->word[1], TX_COMMAND | size | size << 46, memory_order_relaxed);
        slot = (slot + 1) & mask;
    }
    queue->next = slot;
    if (sent > 0) atomic_store_explicit(queue->tail, slot, memory_order_release);
    return sent;
}

static uint64_t round_up(uint64_t count, uint64_t to) { return (count + to - 1) / to * to; }

uint64_t ixgbe_transmit_ring(uint32_t receive_ring) { return round_up(receive_ring * 16ull, 4096); }

uint64_t ixgbe_memory_size(uint32_t receive_ring, uint32_t transmit_ring, uint32_t buffers) {
    return ixgbe_transmit_ring(receive_ring) + round_up(transmit_ring * 16ull, 4096) + (uint64_t)buffers * BUFFER_SIZE;
}

struct device *ixgbe_create(uint8_t *memory, uint64_t bus, uint32_t receive_ring, uint32_t transmit_ring,
                            uint32_t buffers) {
    struct ixgbe *port = calloc(1, sizeof *port);
    port->device = (struct device){.receive = ixgbe_receive, .transmit = ixgbe_transmit};
    struct receive_queue *receive = port->receive_queues = calloc(1, sizeof *receive);
    struct transmit_queue *transmit = port->transmit_queues = calloc(1, sizeof *transmit);
    uint64_t start = ixgbe_memory_size(receive_ring, transmit_ring, 0);
    receive->pool = pool_create(memory + start, bus + start, buffers);
    receive->ring = (struct descriptor *)memory;
    receive->mask = receive_ring - 1;
    receive->buffers = calloc(receive_ring, sizeof *receive->buffers);
    for (uint32_t slot = 0; slot < receive_ring; slot++) {
        receive->buffers[slot] = buffer_take(receive->pool);
        atomic_store_explicit(&receive->ring[slot].word[0], receive->buffers[slot]->bus, memory_order_relaxed);
        atomic_store_explicit(&receive->ring[slot].word[1], 0, memory_order_relaxed);
    }
    transmit->ring = (struct descriptor *)(memory + ixgbe_transmit_ring(receive_ring));
    transmit->mask = transmit_ring - 1;
    transmit->buffers = calloc(transmit_ring, sizeof *transmit->buffers);
    return &port->device;
}

void ixgbe_connect(struct device *device, volatile uint32_t *receive_tail, volatile uint32_t *transmit_tail) {
    struct ixgbe *port = (struct ixgbe *)device;
    port->receive_queues[0].tail = (_Atomic uint32_t *)receive_tail;
    port->transmit_queues[0].tail = (_Atomic uint32_t *)transmit_tail;
}

void ixgbe_destroy(struct device *device) {
    struct ixgbe *port = (struct ixgbe *)device;
    free(port->receive_queues[0].buffers);
    pool_destroy(port->receive_queues[0].pool);
    free(port->transmit_queues[0].buffers);
    free(port->receive_queues);
    free(port->transmit_queues);
    free(port);
}
