#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "buffer.h"
#include "gate.h"
#include "plan.h"

enum { ID_SIZE = 65 };

/* How a process ended. */
struct ending {
    /* 128 + signal where one ended it. */
    int code;
    int signal;
    bool oom;
    /* Unix milliseconds. */
    int64_t at;
};

/* A process whose streams the shim holds: the container's own, or an exec session's. */
struct process {
    /* `main`, or the exec session's id. */
    char id[ID_SIZE];
    pid_t pid;
    int pidfd;
    bool is_terminal;
    /* The first client that goes takes stdin along. */
    bool stdin_once;
    /* A terminal's master, both ways; otherwise the near ends of pipes. -1 when closed. */
    int input;
    int output[2];
    /* To a process that stands at its gate: one byte lets it know that it has been recorded. -1 for any other. */
    int at_gate;
    struct buffer to_input;
    bool closes_input;
    /* The last output, as frames, oldest first. */
    struct buffer replay;
    /* Output is left where it is until somebody attaches, or until this moment (unix milliseconds). */
    int64_t held_until;
    bool has_ended;
    /* Ended, and its output was read. */
    bool is_finished;
    struct ending ending;
    struct process *next;
};

/* What a plan's first step says. */
struct start {
    bool is_terminal;
    bool has_stdin;
    bool stdin_once;
    /* CLONE_NEW* of a new container; 0 for an exec session. */
    uint64_t namespaces;
    /* pidfd of the container's init for an exec session, -1 otherwise. */
    int init;
    /* The program's streams are this process's own, and its life isn't. */
    bool is_foreign;
    /* Where a created container waits; NULL for what is started at once. */
    const struct gate *gate;
    /* As in struct launch. */
    unsigned preserved;
    /* A network namespace made ahead, to be used instead of a new one; -1 where there is none. */
    int network;
};

/*
 * Starts the program of a plan. Returns 0 once it runs; otherwise the exit code that says why (die.h), with a sentence
 * in `reason`, and nothing left of it.
 */
int start_process(
    struct process *process, const struct plan *plan, const struct start *start, char *reason, size_t size);

/* Closes its descriptors and frees its buffers. */
void forget_process(struct process *process);
