#include "output.h"

#include <errno.h>
#include <unistd.h>

#include "clock.h"
#include "log-queue.h"

enum {
    MOST_OUTPUT = 65536,
    MUCH_OF_TERMINAL = 1024,
    /* Room for what is left in the pipe of a process that has ended: nobody's waiting holds up the end. */
    MOST_UNREAD_AT_END = 4 * MOST_UNREAD,
};

bool
is_held(const struct process *process)
{
    return process->held_until > now_ms() && !process->has_ended;
}

bool
has_slow_reader(const struct shim *shim, const struct process *process)
{
    size_t most = process->has_ended ? MOST_UNREAD_AT_END : MOST_UNREAD;

    for (const struct client *client = shim->clients; client != NULL; client = client->next)
        if (client->attached == process && client->out.length > most)
            return true;
    return false;
}

static void
close_output(struct process *process, int index)
{
    if (process->is_terminal)
        process->input = -1;
    (void)close(process->output[index]);
    process->output[index] = -1;
}

/*
 * A terminal hands over a page at most: while it has that much, there is more to come with it, and the log and whoever
 * is attached get it as one piece.
 */
static ssize_t
take_output(const struct process *process, int index, char *bytes, size_t room)
{
    size_t length = 0;
    ssize_t got = 0;

    do {
        got = read(process->output[index], bytes + length, room - length);
        length += got > 0 ? (size_t)got : 0;
    } while (process->is_terminal && got >= MUCH_OF_TERMINAL && length < room);
    return length > 0 ? (ssize_t)length : got;
}

static void
read_output(struct shim *shim, struct process *process, int index)
{
    /* Not on the stack, whose every page of it would stay the shim's. */
    static char bytes[MOST_OUTPUT];
    ssize_t got = take_output(process, index, bytes, sizeof bytes);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    /* EIO: nobody has the terminal open any more. */
    if (got <= 0) {
        close_output(process, index);
        return;
    }
    if (process == shim->container)
        bring_to_log(&shim->log, index == 0 ? STREAM_OUTPUT : STREAM_ERRORS, bytes, (size_t)got);
    pass_output(shim, process, index == 0 ? 'O' : 'e', bytes, (size_t)got);
}

static void
write_input(struct process *process)
{
    int error = write_some(&process->to_input, process->input);

    if (error < 0)
        consume(&process->to_input, process->to_input.length);
    if (process->closes_input || (error < 0 && !process->is_terminal))
        close_input(process);
}

void
serve_processes(struct shim *shim, const struct watch *watch)
{
    for (struct process *process = shim->processes; process != NULL; process = process->next) {
        for (int index = 0; index < 2; index++)
            if (happened(watch, process->output[index], POLLIN))
                read_output(shim, process, index);
        if (process->to_input.length > 0 && process->input >= 0)
            write_input(process);
    }
}
