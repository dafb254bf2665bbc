#pragma once

#include "process.h"

/*
 * Records in the working directory how the container ended: `exit`, one line "code signal oom milliseconds", whole when
 * this returns: whatever is killed from then on, the next engine reads it. Returns 0 or -errno.
 */
int write_exit_status(const struct ending *ending);

/*
 * Waits until the record is on the disk, where the machine's loss of power finds it. Those who wait for the container's
 * end have been told before: without power it would have ended too, and one that has gone since has no record to keep.
 */
void settle_exit_status(void);

/* Whether a file of the memory controller (memory.events, memory.oom_control) counts a process it killed. */
bool counts_oom_kill(const char *path);
