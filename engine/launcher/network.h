#pragma once

#include <sys/types.h>

#include "plan.h"

enum {
    /* A process that becomes a container's asks for the link of a step: 'L' and the step's place, one datagram. */
    ASKS_FOR_LINK = 'L',
    /* The link is there. */
    LINK_IS_MADE = 'K',
};

/*
 * For the shim, which is in the network namespace that the bridge is in: makes the link that `process` asks for with
 * `message`, and tells it so over `status`. Returns 0, or -errno with a sentence in `reason`.
 */
int answer_link_request(
    const struct plan *plan, const char *message, pid_t process, int status, char *reason, size_t size);

/*
 * For the shim: performs a plan of OP_LINK, OP_INTERFACE and OP_UNLINK for a container that runs. Returns 0 or -errno,
 * with a sentence in `reason`.
 */
int change_network(const struct plan *plan, pid_t process, int pidfd, char *reason, size_t size);

/* Performs a plan of OP_HOME (a network namespace to go to), OP_BRIDGE, OP_UNLINK, OP_SETTING and OP_FORGET, or die().
 */
void perform_network_plan(const struct plan *plan);
