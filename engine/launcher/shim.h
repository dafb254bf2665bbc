#pragma once

#include <stdbool.h>

#include "plan.h"

/* Whoever a container is started for. */
struct starter {
    /* Where one frame is the answer: 'K' and the u32 pid, or 'F', the u8 exit code and a sentence. */
    int answers;
    /* It is a socket, and stays a client's that waits for the end, as after 'W'. */
    bool stays;
    /* A network namespace to be the container's if its plan wants a new one; -1 to make one. */
    int network;
};

/*
 * Starts a container and keeps it: its terminal or pipes, log, exit status and exec sessions, until it has ended and
 * everybody has been told. `bundle` is its directory. Returns the process's exit code.
 */
int keep_container(const char *bundle, struct plan *plan, const struct starter *starter);
