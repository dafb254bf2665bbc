#include "gate.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "steps.h"

static int
make_fifo(const char *name)
{
    if (mkfifo(name, 0600) < 0)
        return -errno;

    /* Both ways, so that neither opening it nor reading it ends for want of somebody at the other side. */
    int fifo = open(name, O_RDWR | O_CLOEXEC);

    return fifo < 0 ? -errno : fifo;
}

int
make_gate(struct gate *gate)
{
    gate->answer = make_fifo("answer");
    gate->gate = gate->answer < 0 ? gate->answer : make_fifo("gate");
    return gate->gate < 0 ? gate->gate : 0;
}

/* The program, which is looked for while somebody still waits for the answer to their `create`. */
void
wait_at_gate(const struct step *step, struct launch *launch)
{
    char found[PATH_MAX];
    char word = 'G';

    if (launch->gate == NULL)
        refuse(FAILED, "the plan has a gate, and there is none");
    look_for_program(text_of(step, 0), launch, found);
    if (write(launch->status, &word, 1) != 1)
        die("say that the container is created");
    /* Whoever hasn't recorded this process will never come to open its gate. */
    if (read(launch->status, &word, 1) != 1)
        _exit(FAILED);
    report_failures_to(launch->gate->answer);
    (void)close(launch->status);
    launch->status = -1;
    while (read(launch->gate->gate, &word, 1) != 1)
        if (errno != EINTR)
            die("wait for the start");
    (void)close(launch->gate->gate);
}
