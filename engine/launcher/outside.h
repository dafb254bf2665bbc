#pragma once

#include <sys/types.h>

#include "steps.h"

/*
 * What a process that becomes a container's can't do itself, or not any more, is asked of whoever started it: who has a
 * process of its own do it, with the host's rights and in the host's namespaces.
 */

enum {
    /* 'Q' and the place of the step that is asked for, one datagram. */
    ASKS_OUTSIDE = 'Q',
    /* The answer, with a descriptor where the step gives one; a failure comes as die() says it. */
    DONE_OUTSIDE = 'D',
    /* Whoever waits long says that it lives. */
    SIGN_OF_LIFE = '.',
};

/* Asks for the step that is being performed. Returns the descriptor that came with the answer, or -1 for none. */
int ask_outside(struct launch *launch);

/* For whoever started `process`: starts what does as `message` asks. Returns 0, or -errno with a sentence in `reason`.
 */
int help_outside(const struct plan *plan, const char *message, pid_t process, int status, char *reason, size_t size);

/*
 * Waits until `descriptor` can be read, for at most so many milliseconds (-1: for ever), and gives signs of life to
 * `status` meanwhile. Returns whether it can be.
 */
bool await_readable(int descriptor, int64_t patience, int status);

/* What is done outside, by the file that has it. Each returns a descriptor, or -1 for none, or dies. */
int write_id_maps(const struct step *step, pid_t process);
int open_bound_tree(const struct step *step, pid_t process);
int open_root_tree(const struct step *step, pid_t process);
int filter_devices(const struct step *step, pid_t process);
int run_hook(const struct step *step, pid_t process);
