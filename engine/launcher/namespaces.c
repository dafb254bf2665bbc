#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "birth.h"
#include "cleanup.h"
#include "die.h"
#include "loopback.h"
#include "paths.h"
#include "steps.h"

/* The host's proc knows this process by another number than getpid(2) says in a new pid namespace. */
static void
write_own(const struct launch *launch, const char *name, const char *value)
{
    char pid[32];
    char path[128];
    ssize_t length = readlinkat(launch->proc, "self", pid, sizeof pid - 1);

    if (length < 0)
        die("look at /proc/self");
    pid[length] = '\0';
    (void)snprintf(path, sizeof path, "%s/%s", pid, name);
    write_proc(launch->proc, path, value);
}

void
set_oom_score(const struct step *step, struct launch *launch)
{
    write_own(launch, "oom_score_adj", text_of(step, 0));
}

/* Name and text of a file that the kernel has for each process (proc(5)): a label, offsets of its clocks. */
void
write_self(const struct step *step, struct launch *launch)
{
    write_own(launch, text_of(step, 0), text_of(step, 1));
}

/*
 * Files to join by (runtime/cgroup-step.ts). "0" is whoever writes: the process is in its cgroups before it has run
 * anything of the container's.
 */
void
join_cgroups(const struct step *step, struct launch *launch)
{
    for (size_t index = 0; index < step->count; index++) {
        const char *path = text_of(step, index);

        if (launch->is_born_in_cgroup && is_unified(path))
            continue;

        CLEANUP_FD int cgroup = open_host(path, O_WRONLY);

        if (write(cgroup, "0", 1) < 0)
            die("join the cgroup of %s", path);
    }
}

void
unshare_namespaces(const struct step *step, struct launch *launch)
{
    int flags = (int)number_of(step, 0);

    if (unshare(flags) < 0)
        die("make the namespaces %s", text_of(step, 0));
    if ((flags & CLONE_NEWNS) == 0)
        return;
    /* What was opened before is of mounts that this process has left. */
    close_descriptor(&launch->root);
    close_descriptor(&launch->null);
    launch->root = open_host("/", O_PATH | O_DIRECTORY);
    launch->null = open_host("/dev/null", O_PATH);
}

/*
 * Enters the namespaces of a running container. A pid namespace takes in only children, so the rest of the plan is
 * performed by one: CLONE_PARENT makes the shim its parent, which learns its pid from here.
 */
void
join_namespaces(const struct step *step, struct launch *launch)
{
    struct clone_args arguments = {.flags = CLONE_PARENT};
    char message[32];

    if (setns(launch->init, (int)number_of(step, 0)) < 0)
        die("enter the namespaces of the container");

    long child = syscall(SYS_clone3, &arguments, sizeof arguments);

    if (child < 0)
        die("start a process in the container");
    if (child == 0) {
        (void)setsid();
        launch->root = open_host("/", O_PATH | O_DIRECTORY);
        return;
    }
    (void)snprintf(message, sizeof message, "P%ld", child);
    (void)send(launch->status, message, strlen(message), MSG_NOSIGNAL);
    _exit(0);
}

void
set_hostname(const struct step *step, struct launch *launch)
{
    const char *name = text_of(step, 0);

    (void)launch;
    if (sethostname(name, strlen(name)) < 0)
        die("set the host name %s", name);
}

void
set_domainname(const struct step *step, struct launch *launch)
{
    const char *name = text_of(step, 0);

    (void)launch;
    if (setdomainname(name, strlen(name)) < 0)
        die("set the domain name %s", name);
}

/* A new network namespace has a loopback device that is down; one from the pool has it up. */
void
raise_loopback(const struct step *step, struct launch *launch)
{
    (void)step;
    (void)launch;
    errno = -raise_loopback_device();
    if (errno != 0)
        die("raise the loopback device");
}

void
set_sysctl(const struct step *step, struct launch *launch)
{
    char path[256];
    int length = snprintf(path, sizeof path, "sys/%s", text_of(step, 0));

    if (length < 0 || length >= (int)sizeof path)
        refuse(FAILED, "the sysctl %s has too long a name", text_of(step, 0));

    /* As sysctl(8) reads it: with slashes between the names, a dot is one of a name's, such as an interface's. */
    bool has_slashes = strcspn(text_of(step, 0), "/") < strcspn(text_of(step, 0), ".");

    for (char *letter = path; *letter != '\0'; letter++)
        if (*letter == '.' && !has_slashes)
            *letter = '/';

    CLEANUP_FD int proc = open_beneath(launch->root, "/proc", O_PATH | O_DIRECTORY, NO_LINKS);

    if (proc < 0)
        die("open /proc of the container");
    write_proc(proc, path, text_of(step, 1));
}
