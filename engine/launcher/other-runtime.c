#include "other-runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "messages.h"
#include "paths.h"
#include "steps.h"

/* Arguments of OP_RUNTIME; without a terminal the second is empty. */
enum { RUNTIME_PID_FILE, RUNTIME_CONSOLE };

/* Longer than any container takes to be made. */
enum { COMMAND_SECONDS = 60, NOT_THERE = -1 };

bool
is_made_elsewhere(const struct plan *plan)
{
    return plan->count > 1 && plan->steps[1].operation == OP_RUNTIME;
}

int
listen_for_terminal(const struct plan *plan)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = is_made_elsewhere(plan) ? text_of(&plan->steps[1], RUNTIME_CONSOLE) : "";
    int listener;

    if (path[0] == '\0')
        return NOT_THERE;
    if (strlen(path) >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    (void)unlink(path);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1) < 0) {
        int error = -errno;

        close_descriptor(&listener);
        return error == NOT_THERE ? -EIO : error;
    }
    return listener;
}

/* Returns 0 once it has ended well. */
static int
await_command(pid_t command, char *reason, size_t size)
{
    CLEANUP_FD int process = (int)syscall(SYS_pidfd_open, command, 0);
    struct pollfd end = {.fd = process, .events = POLLIN};
    int status = 0;

    if (poll(&end, 1, COMMAND_SECONDS * 1000) == 0) {
        (void)syscall(SYS_pidfd_send_signal, process, SIGKILL, NULL, 0);
        (void)snprintf(reason, size, "the runtime gave no sign of life for %d seconds", COMMAND_SECONDS);
    }
    while (waitpid(command, &status, 0) < 0)
        if (errno != EINTR)
            return FAILED;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    if (reason[0] == '\0')
        (void)snprintf(reason, size, "the runtime's command ended with %d",
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return FAILED;
}

/* The container's first process, which is this process's child by now; 0 for anything else. */
static pid_t
read_pid(const char *path)
{
    char text[32] = "";
    siginfo_t ignored;
    CLEANUP_FD int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    long pid = length <= 0 ? 0 : strtol(text, NULL, 10);

    if (pid <= 1 || waitid(P_PID, (id_t)pid, &ignored, WEXITED | WNOHANG | WNOWAIT) < 0)
        return 0;
    return (pid_t)pid;
}

static size_t
second_program(const struct plan *plan)
{
    size_t index = 0;

    while (index < plan->count && plan->steps[index].operation != OP_EXEC)
        index++;
    return index + 1;
}

static void
open_host_places(struct launch *launch)
{
    launch->proc = open_host("/proc", O_PATH | O_DIRECTORY);
    launch->null = open_host("/dev/null", O_PATH);
    launch->root = open_host("/", O_PATH | O_DIRECTORY);
}

/* What the second program says goes where the shim's own words do. */
_Noreturn static void
become_second(const struct plan *plan, size_t from)
{
    int null = open_host("/dev/null", O_RDWR);
    struct launch launch = {.init = -1, .status = -1, .streams = {null, null, STDERR_FILENO}};

    open_host_places(&launch);
    perform(plan, from, &launch);
}

static int
start_made(const struct plan *plan, char *reason, size_t size)
{
    size_t from = second_program(plan);
    pid_t command;

    if (from >= plan->count)
        return 0;
    command = fork();
    if (command == 0)
        become_second(plan, from);
    if (command < 0) {
        (void)snprintf(reason, size, "start the runtime's command: %s", strerror(errno));
        return FAILED;
    }
    return await_command(command, reason, size);
}

int
await_made(const struct plan *plan, pid_t command, int listener, struct made *made, char *reason, size_t size)
{
    *made = (struct made){.master = -1};
    reason[0] = '\0';

    int failure = await_command(command, reason, size);

    if (failure != 0)
        return failure;
    made->pid = read_pid(text_of(&plan->steps[1], RUNTIME_PID_FILE));
    if (made->pid == 0) {
        (void)snprintf(reason, size, "the runtime left no process of the container's");
        return FAILED;
    }
    if (listener >= 0) {
        CLEANUP_FD int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

        made->master = connection < 0 ? -1 : receive_descriptor(connection, 0);
    }
    return start_made(plan, reason, size);
}

void
leave_to_runtime(const struct step *step, struct launch *launch)
{
    (void)step;
    (void)launch;
}

void
detach_mount(const struct step *step, struct launch *launch)
{
    (void)launch;
    if (umount2(text_of(step, 0), MNT_DETACH) < 0 && errno != EINVAL && errno != ENOENT)
        die("take %s out of sight", text_of(step, 0));
}

/*
 * A path in this mount namespace, which becomes this process's network; the process goes back to its parent's. A
 * runtime that were in the container's network would take it for the machine's, and its sysctls for forbidden.
 */
void
put_network_aside(const struct step *step, struct launch *launch)
{
    char name[64];
    const char *path = text_of(step, 0);
    CLEANUP_FD int place = open(path, O_RDONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (place < 0 || mount("/proc/self/ns/net", path, NULL, MS_BIND, NULL) < 0)
        die("put the container's network on %s", path);
    (void)snprintf(name, sizeof name, "%d/ns/net", getppid());

    CLEANUP_FD int network = openat(launch->proc, name, O_RDONLY | O_CLOEXEC);

    if (network < 0 || setns(network, CLONE_NEWNET) < 0)
        die("leave the container's network");
}

void
perform_command(const struct plan *plan)
{
    struct launch launch = {.init = -1, .status = -1, .streams = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}};

    open_host_places(&launch);
    perform(plan, 0, &launch);
}
