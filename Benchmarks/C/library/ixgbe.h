/* The 82599's queues. */
#pragma once
#include "device.h"

/* The rings lie in `memory`, one behind the other, and the pool behind them; all of it is at `bus` for the device. */
struct device *ixgbe_create(uint8_t *memory, uint64_t bus, uint32_t receive_ring, uint32_t transmit_ring, uint32_t buffers);
void ixgbe_connect(struct device *device, volatile uint32_t *receive_tail, volatile uint32_t *transmit_tail);
void ixgbe_destroy(struct device *device);

uint64_t ixgbe_memory_size(uint32_t receive_ring, uint32_t transmit_ring, uint32_t buffers);
uint64_t ixgbe_transmit_ring(uint32_t receive_ring);
