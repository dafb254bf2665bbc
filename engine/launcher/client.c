#include "client.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include "cleanup.h"
#include "clock.h"
#include "die.h"
#include "network.h"
#include "sessions.h"

enum { MOST_READ = 65536, MOST_REMEMBERED = 4096 };

static void
drop(struct client *client)
{
    client->is_gone = true;
}

void
close_input(struct process *process)
{
    if (process->is_terminal || process->input < 0)
        return;
    process->closes_input = true;
    if (process->to_input.length > 0)
        return;
    (void)close(process->input);
    process->input = -1;
}

void
lose_client(struct client *client)
{
    if (client->attached != NULL && client->has_stdin && client->attached->stdin_once)
        close_input(client->attached);
    close_descriptor(&client->socket);
    free_buffer(&client->in);
    free_buffer(&client->out);
}

static void
queue(struct client *client, char type, const void *payload, size_t length)
{
    if (append_frame(&client->out, type, payload, length) < 0)
        drop(client);
}

static void
queue_ending(struct client *client, const struct process *process)
{
    char text[128];
    const struct ending *ending = &process->ending;
    int length =
        snprintf(text, sizeof text, "%d %d %d %" PRId64, ending->code, ending->signal, ending->oom, ending->at);

    queue(client, 'X', text, (size_t)length);
    client->is_leaving = true;
}

void
tell_ending(struct shim *shim, const struct process *process)
{
    for (struct client *client = shim->clients; client != NULL; client = client->next)
        if (client->awaited == process && !client->is_leaving)
            queue_ending(client, process);
}

static void
remember(struct process *process, char type, const char *bytes, size_t length)
{
    struct buffer *replay = &process->replay;
    /* Nobody has seen any of it: what a program leaves in its pipes when it ends is kept whole. */
    size_t most = process->held_until > now_ms() ? MOST_HELD : MOST_REPLAYED;

    /* In small frames, since it is whole ones that are forgotten. */
    for (size_t done = 0; done < length; done += MOST_REMEMBERED)
        (void)append_frame(
            replay, type, bytes + done, length - done < MOST_REMEMBERED ? length - done : MOST_REMEMBERED);
    while (replay->length > most) {
        char oldest = 0;
        const char *payload = NULL;
        size_t size = 0;

        if (first_frame(replay, &oldest, &payload, &size) != 1)
            return;
        consume(replay, FRAME_HEADER + size);
    }
}

void
pass_output(struct shim *shim, struct process *process, char type, const char *bytes, size_t length)
{
    remember(process, type, bytes, length);
    for (struct client *client = shim->clients; client != NULL; client = client->next)
        if (client->attached == process && !client->is_leaving)
            queue(client, type, bytes, length);
}

static struct process *
find_process(const struct shim *shim, const char *id, size_t length)
{
    for (struct process *process = shim->processes; process != NULL; process = process->next)
        if (strlen(process->id) == length && memcmp(process->id, id, length) == 0)
            return process;
    return NULL;
}

static void
fail_client(struct client *client, int code, const char *sentence)
{
    char payload[1024];
    int length = snprintf(payload, sizeof payload, "%c%s", code, sentence);

    queue(client, 'F', payload, length < (int)sizeof payload ? (size_t)length : sizeof payload - 1);
    client->is_leaving = true;
}

static void
answer(struct client *client, const void *payload, size_t length)
{
    queue(client, 'K', payload, length);
    client->is_leaving = true;
}

/* 'A': u8 flags (1 replay, 2 stdin), id. */
static void
attach_client(struct shim *shim, struct client *client, const char *payload, size_t length)
{
    struct process *process = length < 1 ? NULL : find_process(shim, payload + 1, length - 1);

    if (process == NULL) {
        fail_client(client, FAILED, "there is no such session");
        return;
    }
    client->attached = process;
    client->awaited = process;
    client->has_stdin = payload[0] & 2;
    process->held_until = 0;
    queue(client, 'K', NULL, 0);
    if (payload[0] & 1 && process->replay.length > 0 &&
        append(&client->out, process->replay.bytes + process->replay.start, process->replay.length) < 0)
        drop(client);
    queue(client, 'L', NULL, 0);
    if (process->is_finished)
        queue_ending(client, process);
}

/* 'R': u16 rows, u16 columns, id. */
static void
resize(struct shim *shim, struct client *client, const char *payload, size_t length)
{
    struct process *process = length < 4 ? NULL : find_process(shim, payload + 4, length - 4);
    struct winsize size = {0};

    if (process == NULL || !process->is_terminal || process->input < 0) {
        fail_client(client, FAILED, "the session has no terminal that could be resized");
        return;
    }
    memcpy(&size.ws_row, payload, 2);
    memcpy(&size.ws_col, payload + 2, 2);
    if (ioctl(process->input, TIOCSWINSZ, &size) < 0)
        fail_client(client, FAILED, "the terminal could not be resized");
    else
        answer(client, NULL, 0);
}

/* 'S': u8 signal, id. */
static void
send_signal(struct shim *shim, struct client *client, const char *payload, size_t length)
{
    struct process *process = length < 1 ? NULL : find_process(shim, payload + 1, length - 1);

    if (process == NULL || process->has_ended)
        fail_client(client, FAILED, "the process has ended");
    else if (syscall(SYS_pidfd_send_signal, process->pidfd, payload[0], NULL, 0) < 0)
        fail_client(client, FAILED, strerror(errno));
    else
        answer(client, NULL, 0);
}

/* 'W': id. Answered when it has ended. */
static void
await(struct shim *shim, struct client *client, const char *payload, size_t length)
{
    client->awaited = find_process(shim, payload, length);
    if (client->awaited == NULL)
        fail_client(client, FAILED, "there is no such session");
    else if (client->awaited->is_finished)
        queue_ending(client, client->awaited);
}

/* 'D': the container ends, whoever waits for what; answered when it has. */
static void
end_container(struct shim *shim, struct client *client)
{
    struct process *container = shim->container;

    container->held_until = 0;
    shim->is_settled = true;
    if (!container->has_ended)
        (void)syscall(SYS_pidfd_send_signal, container->pidfd, SIGKILL, NULL, 0);
    client->awaited = container;
    if (container->is_finished)
        queue_ending(client, container);
}

/* 'L': a line for each process: id, pid, whether it has ended, and its ending. */
static void
list(const struct shim *shim, struct client *client)
{
    struct buffer lines = {0};

    for (struct process *process = shim->processes; process != NULL; process = process->next) {
        char line[256];
        const struct ending *ending = &process->ending;
        int length = snprintf(line, sizeof line, "%s %d %d %d %d %d %" PRId64 "\n", process->id, process->pid,
            process->is_finished, ending->code, ending->signal, ending->oom, ending->at);

        (void)append(&lines, line, (size_t)length);
    }
    answer(client, lines.bytes, lines.length);
    free_buffer(&lines);
}

/* 'E': the plan of an exec session. Told of its end too. */
static void
exec(struct shim *shim, struct client *client, const char *payload, size_t length)
{
    char reason[1000] = "";
    struct process *process = NULL;
    int failure = start_session(shim, payload, length, &process, reason, sizeof reason);

    if (failure != 0) {
        fail_client(client, failure, reason);
        return;
    }

    uint32_t pid = (uint32_t)process->pid;

    queue(client, 'K', &pid, sizeof pid);
    client->awaited = process;
}

/* 'N': a plan of links. */
static void
change_links(const struct shim *shim, struct client *client, const char *payload, size_t length)
{
    char reason[1000] = "the shim has no memory or doesn't understand the plan";
    const struct process *container = shim->container;
    struct plan plan = {0};
    char *copy = malloc(length + 1);
    int error = copy == NULL ? -ENOMEM : parse_plan(&plan, memcpy(copy, payload, length), length);

    if (error == 0) {
        error = change_network(&plan, container->pid, container->pidfd, reason, sizeof reason);
        free_plan(&plan);
    }
    if (error < 0)
        fail_client(client, FAILED, reason);
    else
        answer(client, NULL, 0);
}

/* 'P': u32 number of a segment. The first is answered with the oldest that there is. */
static void
keep_log_for(struct shim *shim, struct client *client, const char *payload, size_t length)
{
    uint32_t number = 0;
    uint32_t oldest = oldest_of_log(&shim->log);

    if (length != sizeof number) {
        drop(client);
        return;
    }
    memcpy(&number, payload, sizeof number);
    if (!client->reads_log)
        queue(client, 'K', &oldest, sizeof oldest);
    client->reads_log = true;
    client->reads_from = number;
}

static void
take_input(struct client *client, char type, const char *payload, size_t length)
{
    struct process *process = client->attached;

    if (process == NULL || !client->has_stdin || process->input < 0 || process->closes_input)
        return;
    if (type == 'Z') {
        client->has_stdin = false;
        if (process->stdin_once)
            close_input(process);
        return;
    }
    if (append(&process->to_input, payload, length) < 0)
        drop(client);
}

static void
take_frame(struct shim *shim, struct client *client, char type, const char *payload, size_t length)
{
    switch (type) {
    case 'A':
        attach_client(shim, client, payload, length);
        break;
    case 'R':
        resize(shim, client, payload, length);
        break;
    case 'S':
        send_signal(shim, client, payload, length);
        break;
    case 'W':
        await(shim, client, payload, length);
        break;
    case 'D':
        end_container(shim, client);
        break;
    case 'L':
        list(shim, client);
        break;
    case 'E':
        exec(shim, client, payload, length);
        break;
    case 'N':
        change_links(shim, client, payload, length);
        break;
    case 'P':
        keep_log_for(shim, client, payload, length);
        break;
    case 'I':
    case 'Z':
        take_input(client, type, payload, length);
        break;
    default:
        drop(client);
    }
}

void
serve_client(struct shim *shim, struct client *client)
{
    char bytes[MOST_READ];
    ssize_t got = read(client->socket, bytes, sizeof bytes);
    char type = 0;
    const char *payload = NULL;
    size_t length = 0;
    int whole = 0;

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0 || append(&client->in, bytes, (size_t)got) < 0) {
        drop(client);
        return;
    }
    while (!client->is_gone && (whole = first_frame(&client->in, &type, &payload, &length)) == 1) {
        take_frame(shim, client, type, payload, length);
        consume(&client->in, FRAME_HEADER + length);
    }
    if (whole < 0)
        drop(client);
}
