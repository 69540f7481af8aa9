/* Packet buffers and the pools that they come from. */
#pragma once
#include <stdint.h>

/* Bytes for a frame; a build for jumbo frames has more. */
#ifndef BUFFER_ROOM
#define BUFFER_ROOM 2048
#endif

enum { HEADER_SIZE = 64, BUFFER_SIZE = BUFFER_ROOM + HEADER_SIZE };

struct pool;

/* A packet: a header of one cache line, and the bytes behind it. */
struct buffer {
    uint64_t bus;
    struct pool *pool;
    uint32_t number;
    uint32_t size;
    uint8_t room[HEADER_SIZE - 24];
    uint8_t data[];
};

/* A pool of `count` buffers in `memory`, which is at `bus` for the device. */
struct pool *pool_create(uint8_t *memory, uint64_t bus, uint32_t count);
void pool_destroy(struct pool *pool);

/* Takes up to `count` free buffers. Returns how many there were. */
uint32_t buffer_take_batch(struct pool *pool, struct buffer **buffers, uint32_t count);
/* Takes one, or returns NULL. */
struct buffer *buffer_take(struct pool *pool);
void buffer_return(struct buffer *buffer);
