#include "sessions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "die.h"

enum { MOST_ENDED_SESSIONS = 100 };

/* Arguments of OP_SESSION. */
enum { SESSION_ID, SESSION_TERMINAL, SESSION_STDIN };

static void
forget_old_sessions(struct shim *shim)
{
    size_t ended = 0;

    for (struct process **link = &shim->processes; *link != NULL;) {
        struct process *process = *link;
        bool is_watched = process == shim->container || !process->is_finished;

        for (struct client *client = shim->clients; client != NULL; client = client->next)
            is_watched = is_watched || client->attached == process || client->awaited == process;
        if (is_watched || ++ended <= MOST_ENDED_SESSIONS) {
            link = &process->next;
            continue;
        }
        *link = process->next;
        forget_process(process);
        free(process);
    }
}

/* Returns 0 with the process running, or the exit code that says why it doesn't. */
static int
start_planned(const struct shim *shim, const struct plan *plan, struct process *process, char *reason, size_t size)
{
    const struct step *first = &plan->steps[0];
    struct start start = {.stdin_once = true, .init = shim->container->pidfd, .network = -1};

    if (plan->count == 0 || first->operation != OP_SESSION || first->count != 3)
        return FAILED;
    start.is_terminal = number_of(first, SESSION_TERMINAL) != 0;
    start.has_stdin = number_of(first, SESSION_STDIN) != 0;
    (void)snprintf(process->id, sizeof process->id, "%s", text_of(first, SESSION_ID));
    return start_process(process, plan, &start, reason, size);
}

int
start_session(struct shim *shim, const char *bytes, size_t length, struct process **started, char *reason, size_t size)
{
    struct plan plan;
    char *copy = malloc(length + 1);
    struct process *process = calloc(1, sizeof *process);
    int failure = FAILED;

    (void)snprintf(reason, size, "the shim has no memory or doesn't understand the plan");
    if (copy == NULL || process == NULL) {
        free(copy);
        free(process);
        return FAILED;
    }
    /* The plan owns the copy from here on. */
    if (parse_plan(&plan, memcpy(copy, bytes, length), length) == 0) {
        failure = start_planned(shim, &plan, process, reason, size);
        free_plan(&plan);
    }
    if (failure != 0) {
        free(process);
        return failure;
    }
    process->held_until = now_ms() + HOLD_MS;
    process->next = shim->container->next;
    shim->container->next = process;
    *started = process;
    forget_old_sessions(shim);
    return 0;
}
