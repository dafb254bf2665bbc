/* Other processes, namespaces, and rights that a process isn't given. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attempts.h"

static long
attach_to_process(void)
{
    pid_t pid = (pid_t)number(0);

    if (ptrace(PTRACE_SEIZE, pid, 0, 0) < 0)
        return -1;
    return ptrace(PTRACE_INTERRUPT, pid, 0, 0);
}

static long
signal_process(void)
{
    return kill((pid_t)number(0), 0);
}

static long
open_pidfd(void)
{
    return syscall(SYS_pidfd_open, number(0), 0);
}

static long
compare_descriptors(void)
{
    return syscall(SYS_kcmp, getpid(), number(0), 0 /* KCMP_FILE */, 0, 0);
}

static long
make_namespace(void)
{
    return unshare((int)number(0));
}

/* As clone(2), whose flags a filter can see, unlike those of clone3(2). */
static long
clone_namespace(void)
{
    long child = syscall(SYS_clone, number(0) | SIGCHLD, NULL, NULL, NULL, NULL);

    if (child == 0)
        _exit(0);
    return child;
}

static long
clone3_namespace(void)
{
    uint64_t arguments[8] = {(uint64_t)number(0), 0, 0, 0, SIGCHLD};
    long child = syscall(SYS_clone3, arguments, sizeof arguments);

    if (child == 0)
        _exit(0);
    return child;
}

static long
enter_namespace(void)
{
    return setns(open(words[0], O_RDONLY), 0);
}

static long
change_personality(void)
{
    return personality(READ_IMPLIES_EXEC);
}

static long
take_capability(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};

    if (syscall(SYS_capget, &header, data) < 0)
        return -1;
    data[0].permitted |= 1U << CAP_SYS_ADMIN;
    data[0].effective |= 1U << CAP_SYS_ADMIN;
    return syscall(SYS_capset, &header, data);
}

static long
raise_limit(void)
{
    struct rlimit limit = {0};

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return -1;
    limit.rlim_max += 1;
    return setrlimit(RLIMIT_NOFILE, &limit);
}

static long
become_root(void)
{
    return geteuid() == 0 ? 0 : (errno = EPERM, -1);
}

const struct attempt process_attempts[] = {
    {"ptrace", attach_to_process},
    {"signal", signal_process},
    {"pidfd", open_pidfd},
    {"kcmp", compare_descriptors},
    {"unshare", make_namespace},
    {"clone", clone_namespace},
    {"clone3", clone3_namespace},
    {"setns", enter_namespace},
    {"personality", change_personality},
    {"capset", take_capability},
    {"rlimit", raise_limit},
    {"root", become_root},
    {NULL, NULL},
};
