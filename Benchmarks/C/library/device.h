/* A network device of any kind, as apps see it. */
#pragma once
#include <stdint.h>

#include "memory.h"

struct device {
    /* Receives up to `count` packets from a queue. The caller owns them then. Returns how many. */
    uint32_t (*receive)(struct device *device, uint16_t queue, struct buffer **packets, uint32_t count);
    /* Sends packets through a queue, as many as there is room for, which are the driver's then. Returns how many. */
    uint32_t (*transmit)(struct device *device, uint16_t queue, struct buffer **packets, uint32_t count);
};

static inline uint32_t receive_batch(struct device *device, uint16_t queue, struct buffer **packets, uint32_t count) {
    return device->receive(device, queue, packets, count);
}

static inline uint32_t transmit_batch(struct device *device, uint16_t queue, struct buffer **packets, uint32_t count) {
    return device->transmit(device, queue, packets, count);
}
