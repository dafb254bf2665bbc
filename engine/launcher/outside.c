#include "outside.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "die.h"
#include "messages.h"
#include "network.h"

enum { LONGEST_MESSAGE = 1024, SIGN_EVERY_MS = 10000 };

typedef int helper(const struct step *step, pid_t process);

static helper *const helpers[OP_COUNT] = {
    [OP_ID_MAPS] = write_id_maps,
    [OP_BIND] = open_bound_tree,
    [OP_ROOT_BIND] = open_root_tree,
    [OP_DEVICE_FILTER] = filter_devices,
    [OP_HOOK] = run_hook,
};

bool
await_readable(int descriptor, int64_t patience, int status)
{
    const char sign = SIGN_OF_LIFE;
    struct pollfd watched = {.fd = descriptor, .events = POLLIN};

    for (int64_t left = patience; patience < 0 || left > 0; left -= SIGN_EVERY_MS) {
        int turn = patience < 0 || left > SIGN_EVERY_MS ? SIGN_EVERY_MS : (int)left;
        int happened = poll(&watched, 1, turn);

        if (happened > 0)
            return true;
        if (happened < 0 && errno != EINTR)
            return false;
        if (status >= 0)
            (void)send(status, &sign, 1, MSG_NOSIGNAL);
    }
    return false;
}

int
ask_outside(struct launch *launch)
{
    char message[LONGEST_MESSAGE + 1];
    int length = snprintf(message, sizeof message, "%c%zu", ASKS_OUTSIDE, launch->place);

    if (send(launch->status, message, (size_t)length, MSG_NOSIGNAL) < 0)
        die("ask for what is done outside the container");
    for (;;) {
        int descriptor = -1;

        if (!await_readable(launch->status, -1, launch->status))
            die("wait for what is done outside the container");

        ssize_t got = receive_message(launch->status, message, LONGEST_MESSAGE, 0, &descriptor);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            refuse(FAILED, "whoever started the container is gone");
        message[got] = '\0';
        if (message[0] == DONE_OUTSIDE)
            return descriptor;
        if (message[0] == 'F' && got >= 2)
            refuse((enum failure)(unsigned char)message[1], "%s", message + 2);
        if (message[0] == LINK_IS_MADE)
            launch->has_link = true;
    }
}

_Noreturn static void
help(const struct step *step, pid_t process, int status)
{
    const char done = DONE_OUTSIDE;

    report_failures_to(status);

    int descriptor = helpers[step->operation](step, process);

    if (descriptor >= 0)
        (void)send_descriptor(status, "D", descriptor);
    else
        (void)send(status, &done, 1, MSG_NOSIGNAL);
    _exit(0);
}

int
help_outside(const struct plan *plan, const char *message, pid_t process, int status, char *reason, size_t size)
{
    size_t place = strtoul(message + 1, NULL, 10);

    if (place >= plan->count || helpers[plan->steps[place].operation] == NULL) {
        (void)snprintf(reason, size, "what isn't in the plan was asked for outside the container");
        return -EINVAL;
    }

    pid_t helping = fork();

    if (helping == 0)
        help(&plan->steps[place], process, status);
    if (helping < 0)
        (void)snprintf(reason, size, "start a process for the container: %s", strerrordesc_np(errno));
    return helping < 0 ? -EAGAIN : 0;
}
