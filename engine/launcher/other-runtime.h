#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "plan.h"

/*
 * A container that another OCI runtime makes (crun, runc), and its shim keeps: the first step after the shim's own is
 * OP_RUNTIME, and what is performed is not the container but the runtime's command. It inherits the streams, hands the
 * terminal to a socket of the shim's, writes down the pid, and ends; the container becomes the shim's child. A second
 * program in the plan is the command that starts what the first one created.
 */
bool is_made_elsewhere(const struct plan *plan);

/* Where the runtime sends a terminal. Returns the listening socket, -1 where the plan has none, or -errno below it. */
int listen_for_terminal(const struct plan *plan);

/* What the runtime has made. */
struct made {
    pid_t pid;
    /* -1 without a terminal. */
    int master;
};

/*
 * Waits for the runtime's command, which is reaped whatever comes of it, and for the start. Returns 0, or the exit code
 * that says why not (die.h), with a sentence in `reason`; what has been made until then is in `made`.
 */
int await_made(const struct plan *plan, pid_t command, int listener, struct made *made, char *reason, size_t size);

/* The step before the runtime's command, in its own process: nothing. */
struct step;
struct launch;
void leave_to_runtime(const struct step *step, struct launch *launch);

/* A path that is taken out of this mount namespace, where it is mounted. */
void detach_mount(const struct step *step, struct launch *launch);

/* Leaves the network that was made behind, under a name. */
void put_network_aside(const struct step *step, struct launch *launch);

/* Performs the plan of a single command in this process's place: its streams are its own. */
_Noreturn void perform_command(const struct plan *plan);
