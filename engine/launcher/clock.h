#pragma once

#include <stdint.h>

/* Unix milliseconds, by the clock that people set. */
int64_t now_ms(void);
