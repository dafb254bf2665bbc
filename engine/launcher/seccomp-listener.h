#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "plan.h"

/* From a process that has loaded its filter to whoever started it: with the descriptor on which system calls are asked
 * about. */
enum { HANDS_OVER_LISTENER = 'N' };

/*
 * Sends the descriptor to the socket that OP_SECCOMP of the plan names, with the state of the container and its
 * process, as the runtime specification has it ("Container Process State"). Returns 0, or -errno with a sentence in
 * `reason`.
 */
int hand_over_listener(const struct plan *plan, int descriptor, pid_t pid, char *reason, size_t size);
