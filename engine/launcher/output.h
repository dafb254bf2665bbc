#pragma once

#include <stdbool.h>

#include "client.h"
#include "watch.h"

/* Its output is left where it is, for whoever comes to read it. */
bool is_held(const struct process *process);

/* A client that is attached has more to read than it should: the process waits for it. */
bool has_slow_reader(const struct shim *shim, const struct process *process);

/* Passes on what the processes have written and what was typed for them. */
void serve_processes(struct shim *shim, const struct watch *watch);
