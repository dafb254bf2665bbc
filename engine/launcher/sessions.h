#pragma once

#include "client.h"

/*
 * Starts an exec session as its plan says. Returns 0 and the process, or the exit code that says why not, with a
 * sentence in `reason`.
 */
int start_session(
    struct shim *shim, const char *plan, size_t length, struct process **started, char *reason, size_t size);
