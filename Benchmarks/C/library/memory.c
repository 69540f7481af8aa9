#include "memory.h"

#include <stdlib.h>

struct pool {
    uint8_t *base;
    uint32_t free;
    uint32_t count;
    /* The numbers of the free buffers; the one used last is on top, as it is the warmest. */
    uint32_t stack[];
};

struct pool *pool_create(uint8_t *memory, uint64_t bus, uint32_t count) {
    struct pool *pool = malloc(sizeof *pool + count * sizeof pool->stack[0]);
    pool->base = memory;
    pool->free = pool->count = count;
    for (uint32_t number = 0; number < count; number++) {
        struct buffer *buffer = (struct buffer *)(memory + (uint64_t)number * BUFFER_SIZE);
        buffer->bus = bus + (uint64_t)number * BUFFER_SIZE + HEADER_SIZE;
        buffer->pool = pool;
        buffer->number = number;
        pool->stack[number] = count - 1 - number;
    }
    return pool;
}

void pool_destroy(struct pool *pool) { free(pool); }

uint32_t buffer_take_batch(struct pool *pool, struct buffer **buffers, uint32_t count) {
    if (count > pool->free) count = pool->free;
    for (uint32_t index = 0; index < count; index++) {
        buffers[index] = (struct buffer *)(pool->base + (uint64_t)pool->stack[--pool->free] * BUFFER_SIZE);
    }
    return count;
}

struct buffer *buffer_take(struct pool *pool) {
    struct buffer *buffer = NULL;
    buffer_take_batch(pool, &buffer, 1);
    return buffer;
}

void buffer_return(struct buffer *buffer) {
    struct pool *pool = buffer->pool;
    pool->stack[pool->free++] = buffer->number;
}
