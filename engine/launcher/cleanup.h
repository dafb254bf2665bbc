#pragma once

#include <unistd.h>

static inline void
close_descriptor(const int *descriptor)
{
    if (*descriptor >= 0)
        (void)close(*descriptor);
}

/* A descriptor that closes itself where its name ends. */
#define CLEANUP_FD __attribute__((cleanup(close_descriptor)))
