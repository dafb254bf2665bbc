#pragma once

#include <poll.h>

#include "client.h"

enum { MOST_POLLED = 1024 };

/* What the shim waits for. */
struct watch {
    struct pollfd polled[MOST_POLLED];
    nfds_t count;
};

/* All that something may happen to: signals, the listening socket, the processes' streams, the clients. */
void watch_everything(const struct shim *shim, struct watch *watch, int signals, int listener);

/* What poll(2) says of a descriptor that is watched for `events`; 0 for any other. */
short happened(const struct watch *watch, int descriptor, short events);
