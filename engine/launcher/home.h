#pragma once

#include "plan.h"

/*
 * The network namespace that bridges are in, where it isn't the engine's: whoever isn't root has one of their own for
 * all containers together.
 */

/* Goes to the network namespace at `path`, for good; being there already is fine. Returns 0 or -errno. */
int enter_network(const char *path);

/*
 * OP_SETTING: name below /proc/sys/net, value. Of the network namespace that the caller is in; one that is so already
 * isn't written. Returns 0 or -errno, with a sentence in `reason`.
 */
int change_setting(const struct step *step, char *reason, size_t size);

/* The role `within`: goes to the network namespace `arguments[0]`, and becomes the program after it. */
_Noreturn void start_within(char **arguments);
