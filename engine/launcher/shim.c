#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "client.h"
#include "die.h"
#include "exit-status.h"
#include "frames.h"
#include "listener.h"
#include "log.h"
#include "publish.h"
#include "requests.h"
#include "standard-streams.h"

enum {
    MOST_POLLED = 1024,
    MOST_OUTPUT = 65536,
    /* A background process may hold an ended session's pipe open for ever. */
    DRAIN_MS = 500,
    /* Whoever has read nothing for so long isn't reading. */
    LINGER_MS = 10000,
    /* Room for what is left in the pipe of a process that has ended: nobody's waiting holds up the end. */
    MOST_UNREAD_AT_END = 4 * MOST_UNREAD,
    HOLD_MS = 10000,
    /* How long an exit status is in memory only. */
    SETTLE_MS = 200,
    MOST_ENDED_SESSIONS = 100,
};

/* Arguments of OP_SHIM. */
enum { SHIM_TERMINAL, SHIM_STDIN, SHIM_STDIN_ONCE, SHIM_NAMESPACES, SHIM_HOLD, SHIM_OOM_FILES };
/* Arguments of OP_SESSION. */
enum { SESSION_ID, SESSION_TERMINAL, SESSION_STDIN };

static const char socket_name[] = "shim.sock";

struct watch {
    struct pollfd polled[MOST_POLLED];
    nfds_t count;
};

static int
open_child_signals(void)
{
    sigset_t set;

    for (const int *ignored = (const int[]){SIGHUP, SIGINT, SIGTERM, SIGPIPE, 0}; *ignored != 0; ignored++)
        (void)signal(*ignored, SIG_IGN);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGCHLD);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
record_ending(struct shim *shim, struct process *process, int status)
{
    struct ending *ending = &process->ending;

    process->has_ended = true;
    ending->at = now_ms();
    ending->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    ending->code = ending->signal == 0 ? WEXITSTATUS(status) : 128 + ending->signal;
    for (size_t index = SHIM_OOM_FILES; index < shim->first->count; index++)
        if (ending->signal == SIGKILL && counts_oom_kill(text_of(shim->first, index)))
            ending->oom = true;
    if (process != shim->container)
        return;
    /* Who learns of the end finds the ports free. */
    end_relay(shim->relay);
    shim->relay = 0;
    (void)write_exit_status(ending);
}

static void
reap(struct shim *shim, int signals)
{
    struct signalfd_siginfo ignored;
    int status = 0;
    pid_t pid = 0;

    while (read(signals, &ignored, sizeof ignored) > 0)
        continue;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
        for (struct process *process = shim->processes; process != NULL; process = process->next)
            if (process->pid == pid && !process->has_ended)
                record_ending(shim, process, status);
}

static void
close_output(struct process *process, int index)
{
    if (process->is_terminal)
        process->input = -1;
    (void)close(process->output[index]);
    process->output[index] = -1;
}

static void
read_output(struct shim *shim, const struct log *log, struct process *process, int index)
{
    /* Not on the stack, whose every page of it would stay the shim's. */
    static char bytes[MOST_OUTPUT];
    ssize_t got = read(process->output[index], bytes, sizeof bytes);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    /* EIO: nobody has the terminal open any more. */
    if (got <= 0) {
        close_output(process, index);
        return;
    }
    if (process == shim->container)
        write_log(log, index == 0 ? STREAM_OUTPUT : STREAM_ERRORS, bytes, (size_t)got);
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

static bool
has_slow_reader(const struct shim *shim, const struct process *process)
{
    size_t most = process->has_ended ? MOST_UNREAD_AT_END : MOST_UNREAD;

    for (const struct client *client = shim->clients; client != NULL; client = client->next)
        if (client->attached == process && client->out.length > most)
            return true;
    return false;
}

static void
watch_for(struct watch *watch, int descriptor, short events)
{
    if (descriptor < 0 || watch->count == MOST_POLLED)
        return;
    watch->polled[watch->count++] = (struct pollfd){.fd = descriptor, .events = events};
}

static short
happened(const struct watch *watch, int descriptor, short events)
{
    for (nfds_t index = 0; descriptor >= 0 && index < watch->count; index++)
        if (watch->polled[index].fd == descriptor && watch->polled[index].events & events)
            return watch->polled[index].revents;
    return 0;
}

static bool
is_held(const struct process *process)
{
    return process->held_until > now_ms() && !process->has_ended;
}

static void
watch_everything(const struct shim *shim, struct watch *watch, int signals, int listener)
{
    watch->count = 0;
    watch_for(watch, signals, POLLIN);
    watch_for(watch, listener, POLLIN);
    for (const struct process *process = shim->processes; process != NULL; process = process->next) {
        bool waits = is_held(process) || has_slow_reader(shim, process);

        for (int index = 0; index < 2 && !waits; index++)
            watch_for(watch, process->output[index], POLLIN);
        if (process->to_input.length > 0)
            watch_for(watch, process->input, POLLOUT);
    }
    for (const struct client *client = shim->clients; client != NULL; client = client->next) {
        if (client->attached == NULL || client->attached->to_input.length < MOST_UNTYPED)
            watch_for(watch, client->socket, POLLIN);
        if (client->out.length > 0)
            watch_for(watch, client->socket, POLLOUT);
    }
}

/* Takes the connection over. Returns NULL where there is no memory for it. */
static struct client *
add_client(struct shim *shim, int connection)
{
    struct client *client = calloc(1, sizeof *client);

    if (client == NULL || fcntl(connection, F_SETFL, O_RDWR | O_NONBLOCK) < 0) {
        free(client);
        (void)close(connection);
        return NULL;
    }
    client->socket = connection;
    client->next = shim->clients;
    shim->clients = client;
    return client;
}

static void
accept_client(struct shim *shim, int listener)
{
    int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

    if (connection >= 0)
        (void)add_client(shim, connection);
}

static void
write_client(struct shim *shim, struct client *client)
{
    size_t unread = client->out.length;

    if (unread > 0 && write_some(&client->out, client->socket) < 0)
        client->is_gone = true;
    if (client->out.length < unread)
        shim->read_at = now_ms();
}

static void
serve_clients(struct shim *shim, const struct watch *watch)
{
    for (struct client *client = shim->clients; client != NULL; client = client->next) {
        if (happened(watch, client->socket, POLLIN))
            serve_client(shim, client);
        write_client(shim, client);
        if (client->is_leaving && client->out.length == 0)
            client->is_gone = true;
    }
    for (struct client **link = &shim->clients; *link != NULL;) {
        struct client *client = *link;

        if (!client->is_gone) {
            link = &client->next;
            continue;
        }
        *link = client->next;
        lose_client(client);
        free(client);
    }
}

static void
lose_everybody(struct shim *shim)
{
    while (shim->clients != NULL) {
        struct client *client = shim->clients;

        shim->clients = client->next;
        lose_client(client);
        free(client);
    }
}

static void
serve_processes(struct shim *shim, const struct watch *watch, const struct log *log)
{
    for (struct process *process = shim->processes; process != NULL; process = process->next) {
        for (int index = 0; index < 2; index++)
            if (happened(watch, process->output[index], POLLIN))
                read_output(shim, log, process, index);
        if (process->to_input.length > 0 && process->input >= 0)
            write_input(process);
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

static void
finish_ended(struct shim *shim, const struct log *log)
{
    for (struct process *process = shim->processes; process != NULL; process = process->next) {
        if (!process->has_ended || process->is_finished || !is_drained(process) || is_awaited(shim, process))
            continue;
        process->is_finished = true;
        if (process == shim->container)
            write_log(log, STREAM_END, NULL, 0);
        tell_ending(shim, process);
    }
}

/* A disk may take its time: whoever asks for the end, or for the container to go, comes first. */
static void
settle(struct shim *shim)
{
    const struct process *container = shim->container;

    if (shim->is_settled || !container->is_finished || now_ms() < container->ending.at + SETTLE_MS)
        return;
    settle_exit_status();
    shim->is_settled = true;
}

/* Until then everybody has been told, or has had time enough to listen. */
static bool
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
static int
patience(const struct shim *shim)
{
    for (const struct process *process = shim->processes; process != NULL; process = process->next)
        if ((process->has_ended && !process->is_finished) || is_held(process))
            return 50;
    return shim->container->is_finished ? 50 : -1;
}

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

static void
keep(struct shim *shim, const struct log *log, int signals, int listener)
{
    static struct watch watch;

    while (!is_over(shim)) {
        watch_everything(shim, &watch, signals, listener);
        if (poll(watch.polled, watch.count, patience(shim)) < 0 && errno != EINTR)
            return;
        if (happened(&watch, listener, POLLIN))
            accept_client(shim, listener);
        serve_processes(shim, &watch, log);
        /* After the output: what a process wrote before it ended is read before its end is told. */
        if (happened(&watch, signals, POLLIN))
            reap(shim, signals);
        finish_ended(shim, log);
        serve_clients(shim, &watch);
        settle(shim);
    }
}

static struct start
start_of(const struct step *first)
{
    if (first->operation != OP_SHIM)
        refuse(FAILED, "the plan doesn't begin with what the shim needs");
    return (struct start){
        .is_terminal = number_of(first, SHIM_TERMINAL) != 0,
        .has_stdin = number_of(first, SHIM_STDIN) != 0,
        .stdin_once = number_of(first, SHIM_STDIN_ONCE) != 0,
        .namespaces = number_of(first, SHIM_NAMESPACES),
        .init = -1,
        .network = -1,
    };
}

/* Says that the container runs. A starter that stays is told of its end too. */
static void
answer_starter(struct shim *shim, const struct starter *starter)
{
    uint32_t pid = (uint32_t)shim->container->pid;

    (void)send_frame(starter->answers, 'K', &pid, sizeof pid);
    forget_standard_streams();
    if (!starter->stays)
        return;

    struct client *client = add_client(shim, starter->answers);

    if (client != NULL)
        client->awaited = shim->container;
}

int
keep_container(const char *bundle, struct plan *plan, const struct starter *starter)
{
    struct process container = {.id = "main"};
    struct shim shim = {.processes = &container, .container = &container, .first = &plan->steps[0]};
    struct log log = {-1, -1};
    char reason[1000] = "";
    struct start start = {0};

    if (plan->count == 0)
        refuse(FAILED, "the plan is empty");
    start = start_of(shim.first);
    start.network = starter->network;
    if (chdir(bundle) < 0)
        die("go to the container's directory %s", bundle);
    /* Children of a session that outlive it become the shim's, not the machine's. */
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);

    int signals = open_child_signals();
    int listener = open_listener(socket_name);

    (void)umask(0077);

    errno = listener < 0 ? -listener : -open_log(&log);
    if (errno != 0)
        die("open the socket and the log in %s", bundle);

    int failure = FAILED;

    shim.relay = publish_ports(plan, reason, sizeof reason);
    if (shim.relay >= 0)
        failure = start_process(&container, plan, &start, reason, sizeof reason);

    close_descriptor(&starter->network);
    if (failure != 0) {
        end_relay(shim.relay);
        (void)unlink(socket_name);
        (void)send_failure(starter->answers, failure, reason);
        return failure;
    }
    if (number_of(shim.first, SHIM_HOLD) != 0)
        container.held_until = now_ms() + HOLD_MS;

    write_log(&log, STREAM_START, NULL, 0);
    answer_starter(&shim, starter);
    shim.socket = inode_of(socket_name);
    keep(&shim, &log, signals, listener);
    lose_everybody(&shim);
    /* The next shim may listen under the name already, while this one's last client still reads. */
    if (inode_of(socket_name) == shim.socket)
        (void)unlink(socket_name);
    return 0;
}
