#include "root.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "die.h"
#include "frames.h"
#include "steps.h"

void
offer_root(const struct plan *plan, int reader)
{
    struct launch launch = {.status = reader, .init = -1};

    launch.proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    launch.null = open("/dev/null", O_PATH | O_CLOEXEC);
    launch.root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (launch.proc < 0 || launch.null < 0 || launch.root < 0)
        die("open /proc and /dev/null of the host");
    perform(plan, 0, &launch);
}

/* The last step of a plan without a program. */
void
hold_root(const struct step *step, struct launch *launch)
{
    struct pollfd reader = {.fd = launch->status};
    uint32_t pid = (uint32_t)getpid();

    (void)step;
    if (fchdir(launch->root) < 0)
        die("go to the root that was mounted");
    if (send_frame(reader.fd, 'K', &pid, sizeof pid) < 0)
        die("say that the root is there");
    /* Nothing is asked for: what comes is that the other end has gone. */
    while (poll(&reader, 1, -1) < 0 && errno == EINTR)
        continue;
    exit(0);
}
