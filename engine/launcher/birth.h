#pragma once

#include <stdbool.h>

#include "plan.h"

/*
 * The cgroup of version 2 that a plan's process is to be in. Born there it never has to be moved, which would wait
 * until every processor of the machine has been through the scheduler.
 *
 * Returns a descriptor of it for CLONE_INTO_CGROUP; -1 where the plan names none, or has something done before; another
 * negative number, with errno, where it can't be opened.
 */
int open_cgroup_of_birth(const struct plan *plan);

/* Whether a file to join a cgroup by is of version 2. */
bool is_unified(const char *path);
