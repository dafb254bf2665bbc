#include "network.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "flows.h"
#include "home.h"
#include "links.h"
#include "steps.h"

enum { REASON_SIZE = 500 };

/* The ports are published before there is a container. */
void
leave_to_shim(const struct step *step, struct launch *launch)
{
    (void)step;
    (void)launch;
}

/*
 * By now this process is in the network namespace that it stays in, however it came there. The shim makes the link
 * while the next steps are performed.
 */
void
ask_for_link(const struct step *step, struct launch *launch)
{
    char message[32];
    int length = snprintf(message, sizeof message, "%c%zu", ASKS_FOR_LINK, launch->place);

    (void)step;
    if (send(launch->status, message, (size_t)length, MSG_NOSIGNAL) < 0)
        die("ask for a link into the network");
}

/* A link that can't be made ends this process: the shim says why. */
void
set_up_link(const struct step *step, struct launch *launch)
{
    char reason[REASON_SIZE];
    char answer = 0;
    ssize_t got = 0;

    do
        got = launch->has_link ? 1 : recv(launch->status, &answer, 1, 0);
    while (got < 0 && errno == EINTR);
    if (got != 1 || (answer != LINK_IS_MADE && !launch->has_link))
        refuse(FAILED, "the link %s was not made", text_of(step, 0));
    if (set_up_interface(step, reason, sizeof reason) < 0)
        refuse(FAILED, "%s", reason);
}

static int
tell_made(int status)
{
    const char made = LINK_IS_MADE;

    return send(status, &made, 1, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int
answer_link_request(const struct plan *plan, const char *message, pid_t process, int status, char *reason, size_t size)
{
    size_t place = strtoul(message + 1, NULL, 10);

    if (place >= plan->count || plan->steps[place].operation != OP_LINK) {
        (void)snprintf(reason, size, "a link was asked for that isn't in the plan");
        return -EINVAL;
    }

    int error = make_link(&plan->steps[place], process, reason, size);

    if (error == 0 && (error = tell_made(status)) < 0)
        (void)snprintf(reason, size, "the launcher didn't wait for its link");
    return error;
}

/* In a process of its own, inside the container's network: sets up what was made, removes what goes. */
_Noreturn static void
change_inside(const struct plan *plan, int pidfd, int status)
{
    struct launch launch = {.status = status};
    char reason[REASON_SIZE];

    report_failures_to(status);
    if (setns(pidfd, CLONE_NEWNET) < 0)
        die("enter the network of the container");
    for (size_t place = 0; place < plan->count; place++) {
        const struct step *step = &plan->steps[place];

        if (step->operation == OP_INTERFACE)
            set_up_link(step, &launch);
        else if (step->operation == OP_UNLINK && remove_link(step, reason, sizeof reason) < 0)
            refuse(FAILED, "%s", reason);
    }
    _exit(0);
}

/* Reads the failure of a process that changes a network, if it has one, and awaits its end. */
static int
hear_change(pid_t helper, int status, char *reason, size_t size)
{
    char message[REASON_SIZE + 2] = "";
    int ending = 0;
    ssize_t got = recv(status, message, sizeof message - 1, 0);

    while (waitpid(helper, &ending, 0) < 0 && errno == EINTR)
        continue;
    if (got <= 0 && WIFEXITED(ending) && WEXITSTATUS(ending) == 0)
        return 0;
    (void)snprintf(reason, size, "%s", got > 2 ? message + 2 : "the change of the network was cut short");
    return -EIO;
}

int
change_network(const struct plan *plan, pid_t process, int pidfd, char *reason, size_t size)
{
    int ends[2];
    int error = 0;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
        (void)snprintf(reason, size, "open a socket: %s", strerrordesc_np(errno));
        return -errno;
    }

    CLEANUP_FD int near = ends[0];
    int far = ends[1];

    for (size_t place = 0; place < plan->count && error == 0; place++)
        if (plan->steps[place].operation == OP_LINK)
            error = make_link(&plan->steps[place], process, reason, size);
    for (size_t place = 0; place < plan->count && error == 0; place++)
        if (plan->steps[place].operation == OP_INTERFACE)
            error = tell_made(near);

    pid_t helper = error < 0 ? -1 : fork();

    if (helper == 0)
        change_inside(plan, pidfd, far);
    (void)close(far);
    if (helper > 0)
        return hear_change(helper, near, reason, size);
    return error < 0 ? error : -EAGAIN;
}

static int
go_home(const struct step *step, char *reason, size_t size)
{
    int error = enter_network(text_of(step, 0));

    if (error < 0)
        (void)snprintf(reason, size, "enter the network %s: %s", text_of(step, 0), strerrordesc_np(-error));
    return error;
}

void
perform_network_plan(const struct plan *plan)
{
    char reason[REASON_SIZE] = "";

    for (size_t place = 0; place < plan->count; place++) {
        const struct step *step = &plan->steps[place];
        int error = -EINVAL;

        if (step->operation == OP_BRIDGE)
            error = make_bridge(step, reason, sizeof reason);
        else if (step->operation == OP_UNLINK)
            error = remove_link(step, reason, sizeof reason);
        else if (step->operation == OP_SETTING)
            error = change_setting(step, reason, sizeof reason);
        else if (step->operation == OP_FORGET)
            error = forget_flows(step, reason, sizeof reason);
        else if (step->operation == OP_HOME)
            error = go_home(step, reason, sizeof reason);
        else
            (void)snprintf(reason, sizeof reason, "step %u can't stand in a plan of networks", step->operation);
        if (error < 0)
            refuse(FAILED, "%s", reason);
    }
}
