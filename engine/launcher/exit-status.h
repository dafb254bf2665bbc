#pragma once

#include "process.h"

/*
 * Records in the working directory how the container ended: `exit`, one line "code signal oom milliseconds", whole and
 * on the disk when this returns. Returns 0 or -errno.
 */
int write_exit_status(const struct ending *ending);

/* Whether a file of the memory controller (memory.events, memory.oom_control) counts a process it killed. */
bool counts_oom_kill(const char *path);
