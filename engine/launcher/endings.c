#include "endings.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "exit-status.h"
#include "log-queue.h"
#include "output.h"
#include "publish.h"

enum {
    /* A background process may hold an ended session's pipe open for ever. */
    DRAIN_MS = 500,
    /* Whoever has read nothing for so long isn't reading. */
    LINGER_MS = 10000,
    /* How long an exit status is in memory only. */
    SETTLE_MS = 200,
};

static void
record_ending(struct shim *shim, struct process *process, int status)
{
    struct ending *ending = &process->ending;

    process->has_ended = true;
    ending->at = now_ms();
    ending->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    ending->code = ending->signal == 0 ? WEXITSTATUS(status) : 128 + ending->signal;
    for (size_t index = shim->oom_files; index < shim->first->count; index++)
        if (ending->signal == SIGKILL && counts_oom_kill(text_of(shim->first, index)))
            ending->oom = true;
    if (process != shim->container)
        return;
    /* Who learns of the end finds the ports free. */
    end_relay(shim->relay);
    shim->relay = 0;
    (void)write_exit_status(ending);
}

void
reap(struct shim *shim, int signals)
{
    struct signalfd_siginfo ignored;
    int status = 0;
    pid_t pid = 0;

    while (read(signals, &ignored, sizeof ignored) > 0)
        continue;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        /* By its number somebody else's process could be ended in its place. */
        if (pid == shim->relay)
            shim->relay = 0;
        for (struct process *process = shim->processes; process != NULL; process = process->next)
            if (process->pid == pid && !process->has_ended)
                record_ending(shim, process, status);
    }
}

static bool
is_drained(const struct process *process)
{
    bool is_closed = process->output[0] < 0 && process->output[1] < 0;

    return is_closed || now_ms() > process->ending.at + DRAIN_MS;
}

/* Who started it and hasn't come yet would find a container that has ended, and no output. */
static bool
is_awaited(const struct shim *shim, const struct process *process)
{
    return process == shim->container && process->held_until > now_ms();
}

void
finish_ended(struct shim *shim)
{
    for (struct process *process = shim->processes; process != NULL; process = process->next) {
        if (!process->has_ended || process->is_finished || !is_drained(process) || is_awaited(shim, process))
            continue;
        process->is_finished = true;
        if (process == shim->container)
            bring_to_log(&shim->log, STREAM_END, NULL, 0);
        tell_ending(shim, process);
    }
}

void
settle(struct shim *shim)
{
    const struct process *container = shim->container;

    if (shim->is_settled || !container->is_finished || now_ms() < container->ending.at + SETTLE_MS)
        return;
    settle_exit_status();
    shim->is_settled = true;
}

bool
is_over(const struct shim *shim)
{
    const struct process *container = shim->container;

    if (!container->is_finished || !shim->is_settled)
        return false;
    if (shim->clients == NULL)
        return true;

    int64_t last = shim->read_at > container->ending.at ? shim->read_at : container->ending.at;

    return now_ms() > last + LINGER_MS;
}

/* Something to wait for by the clock: a held start, an end that drains. */
int
patience(const struct shim *shim)
{
    for (const struct process *process = shim->processes; process != NULL; process = process->next)
        if ((process->has_ended && !process->is_finished) || is_held(process))
            return 50;
    return shim->container->is_finished ? 50 : -1;
}
