#pragma once

#include "network-pool.h"

/* What a process that answers has from the server it was forked from. */
struct asked {
    /* The program's arguments, whose room it may write its own name into. */
    char **arguments;
    struct network_pool networks;
    /* Where layers are asked for until their keeper has been started; -1 after that. */
    int layers;
};

/*
 * Reads one frame from a connection to the server, does what it asks for and answers on the same connection:
 *
 *   'C', the container's directory, NUL, a plan: becomes its shim. 'K' with u32 pid; 'X' once it has ended.
 *   'B', a seccomp profile as a plan: 'K' with the BPF program.
 *   'N', a plan of bridges and settings (network.h): 'K' once all of it is done.
 *   'M', a plan without a program: 'K' with the u32 pid of whoever holds the root that it mounts (root.h), as
 *        /proc/PID/cwd, for as long as the connection is open.
 *
 * 'F', u8 exit code and a sentence where that can't be done.
 */
_Noreturn void answer_request(int connection, const struct asked *asked);
