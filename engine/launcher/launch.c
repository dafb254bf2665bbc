#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buffer.h"
#include "cleanup.h"
#include "console-relay.h"
#include "console-socket.h"
#include "die.h"
#include "process.h"

/* Arguments of OP_LAUNCH: the init of the container to launch beside is 0 for a new container. */
enum {
    LAUNCH_TERMINAL,
    LAUNCH_NAMESPACES,
    LAUNCH_KEEPS,
    LAUNCH_PRESERVED,
    LAUNCH_CONSOLE_SOCKET,
    LAUNCH_INIT,
    LAUNCH_INIT_STARTED,
};

enum { START_TIME_FIELD = 22 };

static void
answer(char type, const void *payload, size_t length)
{
    struct buffer frame = {0};

    if (append_frame(&frame, type, payload, length) == 0)
        (void)write_some(&frame, CONTROL_DESCRIPTOR);
    free_buffer(&frame);
}

static int
fail(int failure, const char *reason)
{
    char payload[1001] = {(char)failure};

    (void)snprintf(payload + 1, sizeof payload - 1, "%s", reason);
    answer('F', payload, 1 + strlen(payload + 1));
    return failure;
}

/* In clock ticks since boot (proc_pid_stat(5)): with it a pid says which process is meant. 0 for none. */
static uint64_t
started_at(pid_t pid)
{
    char path[64];
    char text[1024];

    (void)snprintf(path, sizeof path, "/proc/%d/stat", pid);

    CLEANUP_FD int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);

    if (length < 0)
        return 0;
    text[length] = '\0';

    /* The second field is a name in parentheses, which may have anything in it. */
    const char *at = strrchr(text, ')');

    for (int field = 2; at != NULL && field < START_TIME_FIELD; field++)
        at = strchr(at + 1, ' ');
    return at == NULL ? 0 : strtoull(at + 1, NULL, 10);
}

/* Whole or not at all: who finds it takes the pid for the container's. */
static int
record_init(pid_t pid)
{
    CLEANUP_FD int file = open("init.partial", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (file < 0)
        return -errno;
    if (dprintf(file, "%d %" PRIu64 "\n", pid, started_at(pid)) < 0 || rename("init.partial", "init") < 0)
        return -errno;
    return 0;
}

/* By pidfd, and only then by its time: from here on nobody else can be meant. */
static int
open_init(const struct step *first)
{
    pid_t pid = (pid_t)number_of(first, LAUNCH_INIT);

    if (pid == 0)
        return -1;

    int init = (int)syscall(SYS_pidfd_open, pid, 0);

    if (init < 0 || started_at(pid) != number_of(first, LAUNCH_INIT_STARTED))
        refuse(FAILED, "the container has ended");
    return init;
}

/* Returns 0, or the exit code with a sentence in `reason`. */
static int
hand_over(const struct step *first, struct process *process, bool is_new, char *reason, size_t size)
{
    const char *console = text_of(first, LAUNCH_CONSOLE_SOCKET);
    int error = is_new ? record_init(process->pid) : 0;

    if (error < 0) {
        (void)snprintf(reason, size, "record the container's process: %s", strerror(-error));
        return FAILED;
    }
    if (process->is_terminal && console[0] != '\0')
        error = send_to_console_socket(console, process->output[0]);
    if (error < 0) {
        (void)snprintf(reason, size, "hand the terminal to the console socket %s: %s", console, strerror(-error));
        return FAILED;
    }
    if (is_new && write(process->at_gate, "K", 1) != 1) {
        (void)snprintf(reason, size, "the container's process ended before it was created");
        return FAILED;
    }
    return 0;
}

static int
keep(const struct process *process)
{
    char payload[64];
    int status = 0;

    if (process->is_terminal)
        relay_console(process->output[0], process->pidfd);
    while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR)
        continue;

    int ended_by = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    int code = ended_by == 0 ? WEXITSTATUS(status) : 128 + ended_by;

    (void)snprintf(payload, sizeof payload, "%d %d", code, ended_by);
    answer('X', payload, strlen(payload));
    return code;
}

int
launch_program(const char *state, struct plan *plan)
{
    const struct step *first = &plan->steps[0];
    struct process process = {.id = "main"};
    struct gate gate = {-1, -1};
    char reason[1000] = "";

    if (plan->count == 0 || first->operation != OP_LAUNCH)
        refuse(FAILED, "the plan doesn't begin with what a launch needs");

    int init = open_init(first);
    bool is_new = init < 0;
    struct start start = {
        .is_terminal = number_of(first, LAUNCH_TERMINAL) != 0,
        .namespaces = number_of(first, LAUNCH_NAMESPACES),
        .preserved = (unsigned)number_of(first, LAUNCH_PRESERVED),
        .gate = is_new ? &gate : NULL,
        .init = init,
        .network = -1,
        .is_foreign = true,
    };

    if (chdir(state) < 0)
        die("go to the container's state in %s", state);
    errno = is_new ? -make_gate(&gate) : 0;
    if (errno != 0)
        die("make the gate of the container in %s", state);

    int failure = start_process(&process, plan, &start, reason, sizeof reason);

    close_descriptor(&gate.gate);
    close_descriptor(&gate.answer);
    if (failure != 0)
        return fail(failure, reason);
    failure = hand_over(first, &process, is_new, reason, sizeof reason);
    if (failure != 0) {
        (void)syscall(SYS_pidfd_send_signal, process.pidfd, SIGKILL, NULL, 0);
        return fail(failure, reason);
    }

    uint32_t pid = (uint32_t)process.pid;

    answer('K', &pid, sizeof pid);
    return number_of(first, LAUNCH_KEEPS) != 0 ? keep(&process) : 0;
}
