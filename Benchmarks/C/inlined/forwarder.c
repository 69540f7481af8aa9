#include "../forwarder.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
    BUFFER_SIZE = 2048 + 64,
    HEADER_SIZE = 64,
    CLEAN_BATCH = 32,
    LARGEST_BATCH = 256,
};

/* Advanced descriptors, as two words each. (82599 §7.1.6, §7.2.3.2.4) */
struct descriptor {
    _Atomic uint64_t word[2];
};

#define RX_DONE (UINT64_C(1) << 0)
#define RX_END_OF_PACKET (UINT64_C(1) << 1)
#define TX_DONE (UINT64_C(1) << 32)
#define TX_COMMAND (UINT64_C(3) << 20 | UINT64_C(1) << 24 | UINT64_C(1) << 25 | UINT64_C(1) << 29)
#define TX_REPORT_STATUS (UINT64_C(1) << 27)

struct pool {
    uint8_t *base;
    uint32_t free;
    uint32_t count;
    uint32_t stack[];
};

struct buffer {
    uint64_t bus;
    struct pool *pool;
    uint32_t number;
    uint32_t size;
    uint8_t room[HEADER_SIZE - 24];
    uint8_t data[];
};

struct queue_pair {
    struct descriptor *rx_ring;
    struct descriptor *tx_ring;
    struct buffer **rx_buffers;
    struct buffer **tx_buffers;
    struct pool *pool;
    _Atomic uint32_t *rx_tail;
    _Atomic uint32_t *tx_tail;
    uint32_t rx_mask, tx_mask;
    uint32_t rx_next;
    uint32_t tx_next, tx_clean;
    uint32_t report_every;
    /* Packets that were received here and did not fit into the other port's ring. */
    uint32_t waiting, first_waiting;
    struct buffer *batch[LARGEST_BATCH];
};

static uint64_t round_up(uint64_t count, uint64_t to) { return (count + to - 1) / to * to; }

uint64_t queue_pair_transmit_ring(uint32_t receive_ring) { return round_up(receive_ring * 16ull, 4096); }

uint64_t queue_pair_size(uint32_t receive_ring, uint32_t transmit_ring, uint32_t buffers) {
    return queue_pair_transmit_ring(receive_ring) + round_up(transmit_ring * 16ull, 4096) + (uint64_t)buffers * BUFFER_SIZE;
}

static inline struct buffer *pool_take(struct pool *pool) {
    if (__builtin_expect(pool->free == 0, 0)) return NULL;
    return (struct buffer *)(pool->base + (uint64_t)pool->stack[--pool->free] * BUFFER_SIZE);
}

static inline void pool_return(struct buffer *buffer) {
    struct pool *pool = buffer->pool;
    pool->stack[pool->free++] = buffer->number;
}

struct queue_pair *queue_pair_create(uint8_t *memory, uint64_t bus, uint32_t receive_ring, uint32_t transmit_ring,
                                     uint32_t buffers, uint32_t report_every) {
    struct queue_pair *pair = calloc(1, sizeof *pair);
    struct pool *pool = malloc(sizeof *pool + buffers * sizeof pool->stack[0]);
    pair->rx_ring = (struct descriptor *)memory;
    pair->tx_ring = (struct descriptor *)(memory + queue_pair_transmit_ring(receive_ring));
    pair->rx_buffers = calloc(receive_ring, sizeof *pair->rx_buffers);
    pair->tx_buffers = calloc(transmit_ring, sizeof *pair->tx_buffers);
    pair->rx_mask = receive_ring - 1;
    pair->tx_mask = transmit_ring - 1;
    pair->report_every = report_every;
    uint64_t start = queue_pair_size(receive_ring, transmit_ring, 0);
    pool->base = memory + start;
    pool->count = pool->free = buffers;
    pair->pool = pool;
    for (uint32_t number = 0; number < buffers; number++) {
        struct buffer *buffer = (struct buffer *)(pool->base + (uint64_t)number * BUFFER_SIZE);
        buffer->bus = bus + start + (uint64_t)number * BUFFER_SIZE + HEADER_SIZE;
        buffer->pool = pool;
        buffer->number = number;
        pool->stack[number] = buffers - 1 - number;
    }
    for (uint32_t slot = 0; slot < receive_ring; slot++) {
        struct buffer *buffer = pool_take(pool);
        pair->rx_buffers[slot] = buffer;
        atomic_store_explicit(&pair->rx_ring[slot].word[0], buffer->bus, memory_order_relaxed);
        atomic_store_explicit(&pair->rx_ring[slot].word[1], 0, memory_order_relaxed);
    }
    return pair;
}

void queue_pair_connect(struct queue_pair *pair, volatile uint32_t *receive_tail, volatile uint32_t *transmit_tail) {
    pair->rx_tail = (_Atomic uint32_t *)receive_tail;
    pair->tx_tail = (_Atomic uint32_t *)transmit_tail;
}

void queue_pair_destroy(struct queue_pair *pair) {
    free(pair->rx_buffers);
    free(pair->tx_buffers);
    free(pair->pool);
    free(pair);
}

static inline uint32_t receive(struct queue_pair *pair, struct buffer **batch, uint32_t limit) {
    struct descriptor *ring = pair->rx_ring;
    struct buffer **buffers = pair->rx_buffers;
    struct pool *pool = pair->pool;
    const uint32_t mask = pair->rx_mask;
    uint32_t slot = pair->rx_next;
    uint32_t count = 0;
    while (count < limit) {
        uint64_t status = atomic_load_explicit(&ring[slot].word[1], memory_order_acquire);
        if (!(status & RX_DONE)) break;
        if (__builtin_expect(!(status & RX_END_OF_PACKET), 0)) abort();
        struct buffer *fresh = pool_take(pool);
        if (__builtin_expect(!fresh, 0)) break;
        struct buffer *filled = buffers[slot];
        filled->size = (uint16_t)(status >> 32);
        buffers[slot] = fresh;
        atomic_store_explicit(&ring[slot].word[0], fresh->bus, memory_order_relaxed);
        atomic_store_explicit(&ring[slot].word[1], 0, memory_order_relaxed);
        batch[count++] = filled;
        slot = (slot + 1) & mask;
    }
    if (count > 0) {
        pair->rx_next = slot;
        atomic_store_explicit(pair->rx_tail, (slot - 1) & mask, memory_order_release);
    }
    return count;
}

static inline void clean(struct queue_pair *pair) {
    const uint32_t mask = pair->tx_mask;
    while (((pair->tx_next - pair->tx_clean) & mask) >= CLEAN_BATCH) {
        uint32_t last = (pair->tx_clean + CLEAN_BATCH - 1) & mask;
        if (!(atomic_load_explicit(&pair->tx_ring[last].word[1], memory_order_acquire) & TX_DONE)) break;
        for (uint32_t count = 0; count < CLEAN_BATCH; count++) {
            pool_return(pair->tx_buffers[(pair->tx_clean + count) & mask]);
        }
        pair->tx_clean = (pair->tx_clean + CLEAN_BATCH) & mask;
    }
}

static inline uint32_t transmit(struct queue_pair *pair, struct buffer **batch, uint32_t count, bool reports_all) {
    clean(pair);
    struct descriptor *ring = pair->tx_ring;
    struct buffer **buffers = pair->tx_buffers;
    const uint32_t mask = pair->tx_mask;
    const uint32_t end = (pair->tx_clean - 1) & mask;
    uint32_t slot = pair->tx_next;
    uint32_t sent = 0;
    while (sent < count && slot != end) {
        struct buffer *buffer = batch[sent++];
        buffers[slot] = buffer;
        uint64_t size = buffer->size;
        uint64_t report = reports_all || slot % CLEAN_BATCH == CLEAN_BATCH - 1 ? TX_REPORT_STATUS : 0;
        atomic_store_explicit(&ring[slot].word[0], buffer->bus, memory_order_relaxed);
        atomic_store_explicit(&ring[slot].word[1], TX_COMMAND | report | size | size << 46, memory_order_relaxed);
        slot = (slot + 1) & mask;
    }
    pair->tx_next = slot;
    if (sent > 0) atomic_store_explicit(pair->tx_tail, slot, memory_order_release);
    return sent;
}

static inline uint32_t forward(struct queue_pair *from, struct queue_pair *to, uint32_t batch, bool reports_all) {
    if (from->waiting == 0) {
        from->first_waiting = 0;
        from->waiting = receive(from, from->batch, batch);
        for (uint32_t index = 0; index < from->waiting; index++) from->batch[index]->data[48]++;
    }
    uint32_t sent = transmit(to, from->batch + from->first_waiting, from->waiting, reports_all);
    from->first_waiting += sent;
    from->waiting -= sent;
    return sent;
}

static inline uint64_t both_ways(struct queue_pair *left, struct queue_pair *right, uint32_t batch, uint64_t wanted,
                                 uint64_t rounds, bool reports_all) {
    uint64_t to_right = 0, to_left = 0;
    while (rounds-- > 0 && (to_right < wanted || to_left < wanted)) {
        if (to_right < wanted) to_right += forward(left, right, batch, reports_all);
        if (to_left < wanted) to_left += forward(right, left, batch, reports_all);
    }
    return to_right + to_left;
}

uint64_t forward_both_ways(struct queue_pair *left, struct queue_pair *right, uint32_t batch, uint64_t wanted,
                           uint64_t rounds) {
    return left->report_every == 1 ? both_ways(left, right, batch, wanted, rounds, true)
                                   : both_ways(left, right, batch, wanted, rounds, false);
}
