#include "uplink.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "die.h"
#include "loopback.h"
#include "standard-streams.h"

enum { READY = 3, MOST_ARGUMENTS = 32, PATIENCE_SECONDS = 1 };

static const char place_of_network[] = "NETNS";

/*
 * Whoever opens the namespace through /proc needs every capability of the one that holds it (ptrace(2)), and pasta has
 * given up most of its own by then.
 */
static void
give_up_capabilities(void)
{
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

    if (syscall(SYS_capset, &header, none) < 0)
        die("give up capabilities");
}

/* Ends with this process, and holds a namespace until then. */
static pid_t
hold_network(void)
{
    pid_t parent = getpid();
    char byte = 0;
    int made[2];

    if (pipe2(made, O_CLOEXEC) < 0)
        die("make a pipe");

    pid_t holder = fork();

    if (holder == 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
            _exit(FAILED);
        if (unshare(CLONE_NEWNET) < 0)
            die("make a network namespace");
        forget_standard_streams();
        (void)raise_loopback_device();
        give_up_capabilities();
        (void)!write(made[1], "", 1);
        for (;;)
            (void)pause();
    }
    (void)close(made[1]);

    ssize_t got = read(made[0], &byte, 1);

    (void)close(made[0]);
    if (holder < 0 || got != 1)
        refuse(FAILED, "no network namespace could be made");
    return holder;
}

static pid_t
start_program(char **arguments, const char *path, int ready)
{
    pid_t parent = getpid();
    pid_t child = fork();

    if (child != 0)
        return child;
    if (arguments[0] == NULL)
        _exit(NOT_FOUND);
    for (char **word = arguments; *word != NULL; word++)
        if (strcmp(*word, place_of_network) == 0)
            *word = (char *)(unsigned long)path;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
        _exit(FAILED);
    /* What it tells people goes where complaints go: the pid alone is read. */
    if (dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        _exit(FAILED);
    if (ready == READY ? fcntl(ready, F_SETFD, 0) < 0 : dup2(ready, READY) < 0)
        _exit(FAILED);
    (void)execvp(arguments[0], arguments);
    _exit(NOT_FOUND);
}

/* Returns whether the program is ready; it has ended where it isn't. */
static bool
start_and_wait(char **arguments, const char *path, pid_t *child)
{
    char byte = 0;
    int ready[2];

    if (pipe2(ready, O_CLOEXEC) < 0)
        return false;
    *child = start_program(arguments, path, ready[1]);
    (void)close(ready[1]);

    ssize_t got = read(ready[0], &byte, 1);

    (void)close(ready[0]);
    return *child > 0 && got == 1;
}

void
keep_uplink(char **arguments)
{
    char path[64];
    pid_t child = -1;
    pid_t holder = hold_network();
    int status = 0;

    (void)snprintf(path, sizeof path, "/proc/%d/ns/net", holder);
    if (!start_and_wait(arguments, path, &child)) {
        (void)waitpid(child, &status, 0);
        refuse(WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND ? NOT_FOUND : FAILED,
            "%s did not connect the network; see its words above", arguments[0]);
    }
    (void)dprintf(STDOUT_FILENO, "%d\n", holder);
    (void)close(STDOUT_FILENO);
    (void)close(STDERR_FILENO);
    for (;;) {
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            continue;
        (void)sleep(PATIENCE_SECONDS);
        (void)start_and_wait(arguments, path, &child);
    }
}
