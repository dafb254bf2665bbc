#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "birth.h"
#include "cleanup.h"
#include "die.h"
#include "launch.h"
#include "network.h"
#include "other-runtime.h"
#include "outside.h"
#include "seccomp-listener.h"
#include "steps.h"

/* How long a launch may take before it is given up: longer than any mount, shorter than a person's patience. */
enum { LAUNCH_SECONDS = 30, REASON_SIZE = 1000 };

/* What a program may write while the shim has no processor: four times what a pipe holds otherwise (pipe(7)). */
enum { PIPE_BYTES = 262144 };

/* Near ends are the shim's, far ends the program's. */
struct streams {
    int near[3];
    int far[3];
};

static void
close_three(int *descriptors)
{
    for (int index = 0; index < 3; index++) {
        close_descriptor(&descriptors[index]);
        descriptors[index] = -1;
    }
}

static void
close_streams(struct streams *streams)
{
    close_three(streams->near);
    close_three(streams->far);
}

static int
open_pipe(struct streams *streams, int index, bool is_input)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    streams->near[index] = ends[is_input ? 1 : 0];
    streams->far[index] = ends[is_input ? 0 : 1];
    /* Refused to whoever isn't root and has many already: then it holds less. */
    if (!is_input)
        (void)fcntl(streams->near[index], F_SETPIPE_SZ, PIPE_BYTES);
    return fcntl(streams->near[index], F_SETFL, O_NONBLOCK) < 0 ? -errno : 0;
}

static int
take_own_streams(struct streams *streams)
{
    for (int index = 0; index < 3; index++)
        if ((streams->far[index] = fcntl(index, F_DUPFD_CLOEXEC, 3)) < 0)
            return -errno;
    return 0;
}

static int
open_null_streams(struct streams *streams)
{
    for (int index = 0; index < 3; index++)
        if ((streams->far[index] = open("/dev/null", O_RDWR | O_CLOEXEC)) < 0)
            return -errno;
    return 0;
}

static int
open_streams(struct streams *streams, const struct start *start, bool is_elsewhere)
{
    int error = 0;

    *streams = (struct streams){.near = {-1, -1, -1}, .far = {-1, -1, -1}};
    if (start->is_terminal)
        return is_elsewhere ? open_null_streams(streams) : 0;
    if (start->is_foreign)
        return take_own_streams(streams);
    if (start->has_stdin)
        error = open_pipe(streams, 0, true);
    else if ((streams->far[0] = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0)
        error = -errno;
    for (int index = 1; index < 3 && error == 0; index++)
        error = open_pipe(streams, index, false);
    return error;
}

_Noreturn static void
become_program(
    const struct plan *plan, const struct start *start, const struct streams *streams, int status, bool is_in_cgroup)
{
    struct launch launch = {
        .status = status,
        .init = start->init,
        .gate = start->gate,
        .preserved = start->preserved,
        .outlives_starter = start->is_foreign,
        .is_born_in_cgroup = is_in_cgroup,
    };

    report_failures_to(status);
    /* Until the program runs, nothing in the container may look into this process or its descriptors. */
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        die("close the launcher to others");
    (void)setsid();
    /* Of what is made on the way; the shim's own is stricter, the program's is a step. */
    (void)umask(022);
    launch.proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    launch.null = open("/dev/null", O_PATH | O_CLOEXEC);
    launch.root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (launch.proc < 0 || launch.null < 0 || launch.root < 0)
        die("open /proc and /dev/null of the host");
    /* The caller hears the end of its conversation with the launcher, whatever becomes of the program. */
    if (start->is_foreign && dup3(launch.null, CONTROL_DESCRIPTOR, O_CLOEXEC) < 0)
        die("leave the conversation with the caller");
    memcpy(launch.streams, streams->far, sizeof launch.streams);
    /* The first step was for the shim. */
    perform(plan, 1, &launch);
}

struct report {
    const struct plan *plan;
    /* This end of the socket that the report comes over. */
    int status;
    int master;
    pid_t pid;
    int failure;
    char *reason;
    size_t reason_size;
};

static int
descriptor_of(struct msghdr *message)
{
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    int descriptor = -1;

    if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
        memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
    return descriptor;
}

/* Returns whether nothing more is to be heard. */
static bool
take_message(struct report *report, struct msghdr *message, char *bytes, size_t length)
{
    int descriptor = descriptor_of(message);

    bytes[length] = '\0';
    if (bytes[0] == 'T' && descriptor >= 0) {
        report->master = descriptor;
        return false;
    }
    if (bytes[0] == HANDS_OVER_LISTENER && descriptor >= 0 &&
        hand_over_listener(report->plan, descriptor, report->pid, report->reason, report->reason_size) < 0)
        report->failure = FAILED;
    close_descriptor(&descriptor);
    if (bytes[0] == 'P')
        report->pid = (pid_t)strtol(bytes + 1, NULL, 10);
    if (bytes[0] == ASKS_FOR_LINK &&
        answer_link_request(report->plan, bytes, report->pid, report->status, report->reason, report->reason_size) < 0)
        report->failure = FAILED;
    if (bytes[0] == ASKS_OUTSIDE &&
        help_outside(report->plan, bytes, report->pid, report->status, report->reason, report->reason_size) < 0)
        report->failure = FAILED;
    if (bytes[0] == 'F' && length >= 2) {
        report->failure = (unsigned char)bytes[1];
        (void)snprintf(report->reason, report->reason_size, "%s", bytes + 2);
    }
    return bytes[0] == 'G';
}

/* A process that was gone before it could be helped has said why: that is what a person wants to know. */
static void
hear_last_words(struct report *report)
{
    char bytes[1 + 1 + REASON_SIZE + 1];
    ssize_t length = recv(report->status, bytes, sizeof bytes - 1, MSG_DONTWAIT);

    for (; length > 0; length = recv(report->status, bytes, sizeof bytes - 1, MSG_DONTWAIT)) {
        bytes[length] = '\0';
        if (bytes[0] != 'F' || length < 2)
            continue;
        report->failure = (unsigned char)bytes[1];
        (void)snprintf(report->reason, report->reason_size, "%s", bytes + 2);
        return;
    }
}

/*
 * Reads until the other side is closed, by the program's start or by its failure to, or says that it is at the gate, or
 * can't be answered.
 */
static void
hear_report(struct report *report)
{
    while (report->failure == 0) {
        char bytes[1 + 1 + REASON_SIZE + 1];
        union {
            struct cmsghdr header;
            char room[CMSG_SPACE(sizeof(int))];
        } control = {0};
        struct iovec iov = {.iov_base = bytes, .iov_len = sizeof bytes - 1};
        struct msghdr message = {
            .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
        ssize_t length = recvmsg(report->status, &message, MSG_CMSG_CLOEXEC);

        if (length == 0)
            return;
        if (length > 0) {
            if (take_message(report, &message, bytes, (size_t)length))
                return;
            continue;
        }
        if (errno == EINTR)
            continue;
        report->failure = FAILED;
        (void)snprintf(
            report->reason, report->reason_size, "the launcher gave no sign of life for %d seconds", LAUNCH_SECONDS);
        return;
    }
    hear_last_words(report);
}

static void
await_child(pid_t pid)
{
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

static void
end_child(pid_t pid)
{
    (void)kill(pid, SIGKILL);
    await_child(pid);
}

static void
take_over(struct process *process, struct streams *streams, const struct report *report)
{
    process->pid = report->pid;
    process->pidfd = (int)syscall(SYS_pidfd_open, report->pid, 0);
    if (process->is_terminal) {
        (void)fcntl(report->master, F_SETFL, O_RDWR | O_NONBLOCK);
        process->input = report->master;
        process->output[0] = report->master;
        process->output[1] = -1;
        return;
    }
    process->input = streams->near[0];
    process->output[0] = streams->near[1];
    process->output[1] = streams->near[2];
    for (int index = 0; index < 3; index++)
        streams->near[index] = -1;
}

/*
 * The child is born into its namespaces. One from the pool belongs to the user namespace that this process is in: a
 * container with a user namespace of its own needs one that is made with it.
 */
static long
clone_child(const struct start *start, int cgroup)
{
    bool is_ready = start->network >= 0 && (start->namespaces & (CLONE_NEWNET | CLONE_NEWUSER)) == CLONE_NEWNET;
    CLEANUP_FD int home = is_ready ? open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC) : -1;
    bool is_there = home >= 0 && setns(start->network, CLONE_NEWNET) == 0;
    uint64_t made = start->namespaces & ~(is_there ? (uint64_t)CLONE_NEWNET : 0);
    struct clone_args arguments = {.flags = made, .exit_signal = SIGCHLD};

    if (cgroup >= 0) {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = (__u64)(unsigned)cgroup;
    }

    long child = syscall(SYS_clone3, &arguments, sizeof arguments);
    int reason = errno;

    if (child != 0 && is_there && setns(home, CLONE_NEWNET) < 0)
        die("go back to the host's network");
    errno = reason;
    return child;
}

static int
fail(char *reason, size_t size, const char *what)
{
    (void)snprintf(reason, size, "%s: %s", what, strerror(errno));
    return FAILED;
}

int
start_process(struct process *process, const struct plan *plan, const struct start *start, char *reason, size_t size)
{
    struct timeval patience = {.tv_sec = LAUNCH_SECONDS};
    struct streams streams;
    struct report report = {.plan = plan, .master = -1, .reason = reason, .reason_size = size};
    int status[2];

    process->input = process->output[0] = process->output[1] = process->pidfd = process->at_gate = -1;
    process->is_terminal = start->is_terminal;
    process->stdin_once = start->stdin_once;
    bool is_elsewhere = is_made_elsewhere(plan);
    CLEANUP_FD int listener = listen_for_terminal(plan);

    if (open_streams(&streams, start, is_elsewhere) < 0 || listener < -1) {
        report.failure = fail(reason, size, "open the streams of the program");
        close_streams(&streams);
        return report.failure;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, status) < 0) {
        report.failure = fail(reason, size, "open a socket to the launcher");
        close_streams(&streams);
        return report.failure;
    }
    (void)setsockopt(status[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);

    CLEANUP_FD int cgroup = open_cgroup_of_birth(plan);
    long child = cgroup < -1 ? -1 : clone_child(start, cgroup);

    if (child == 0)
        become_program(plan, start, &streams, status[1], cgroup >= 0);
    (void)close(status[1]);
    close_three(streams.far);
    report.pid = (pid_t)child;
    report.status = status[0];
    if (child < 0)
        report.failure = fail(reason, size, "make the process in its namespaces and its cgroup");
    else
        hear_report(&report);
    if (is_elsewhere && report.failure == 0) {
        struct made made;

        report.failure = await_made(plan, (pid_t)child, listener, &made, reason, size);
        report.pid = made.pid;
        report.master = made.master;
        child = 0;
    }
    if (start->gate != NULL && report.failure == 0)
        process->at_gate = status[0];
    else
        (void)close(status[0]);
    if (report.failure == 0 && start->is_terminal && report.master < 0) {
        report.failure = FAILED;
        (void)snprintf(reason, size, "the launcher handed over no terminal");
    }
    if (report.failure == 0) {
        /* Who entered the namespaces has left it to a child: nothing of it is in the container any more. */
        if (child > 0 && report.pid != child)
            await_child((pid_t)child);
        take_over(process, &streams, &report);
        return 0;
    }
    if (child > 0)
        end_child((pid_t)child);
    if (report.pid > 0 && report.pid != child)
        end_child(report.pid);
    close_three(streams.near);
    close_descriptor(&report.master);
    close_descriptor(&process->at_gate);
    return report.failure;
}

void
forget_process(struct process *process)
{
    close_descriptor(&process->pidfd);
    close_descriptor(&process->output[0]);
    close_descriptor(&process->output[1]);
    if (!process->is_terminal)
        close_descriptor(&process->input);
    process->input = process->output[0] = process->output[1] = process->pidfd = -1;
    free_buffer(&process->to_input);
    free_buffer(&process->replay);
}
