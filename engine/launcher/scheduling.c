#include <errno.h>
#include <linux/sched/types.h>
#include <stdint.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "die.h"
#include "steps.h"

enum { IOPRIO_WHO_THIS = 1, IOPRIO_CLASS_SHIFT_BITS = 13 };

/* Execution domain (personality(2)). */
void
set_personality(const struct step *step, struct launch *launch)
{
    (void)launch;
    if (personality((unsigned long)number_of(step, 0)) < 0)
        die("set the personality %s", text_of(step, 0));
}

/* class, priority (ioprio_set(2)). */
void
set_io_priority(const struct step *step, struct launch *launch)
{
    uint64_t value = number_of(step, 0) << IOPRIO_CLASS_SHIFT_BITS | number_of(step, 1);

    (void)launch;
    if (syscall(SYS_ioprio_set, IOPRIO_WHO_THIS, 0, value) < 0)
        die("set the priority of input and output");
}

/* policy, flags, nice + 20, priority, then of SCHED_DEADLINE runtime, deadline, period in nanoseconds
 * (sched_setattr(2)). */
void
set_scheduler(const struct step *step, struct launch *launch)
{
    struct sched_attr attributes = {
        .size = sizeof attributes,
        .sched_policy = (uint32_t)number_of(step, 0),
        .sched_flags = number_of(step, 1),
        .sched_nice = (int32_t)number_of(step, 2) - 20,
        .sched_priority = (uint32_t)number_of(step, 3),
        .sched_runtime = number_of(step, 4),
        .sched_deadline = number_of(step, 5),
        .sched_period = number_of(step, 6),
    };

    (void)launch;
    if (syscall(SYS_sched_setattr, 0, &attributes, 0) < 0)
        die("set the scheduling policy");
}

/* Processors as bits, lowest byte first (sched_setaffinity(2)). */
void
set_affinity(const struct step *step, struct launch *launch)
{
    (void)launch;
    (void)text_of(step, 0);
    if (syscall(SYS_sched_setaffinity, 0, step->arguments[0].length, step->arguments[0].text) < 0)
        die("keep the process to its processors");
}

/* mode with its flags, nodes as bits, their number (set_mempolicy(2)). */
void
set_memory_policy(const struct step *step, struct launch *launch)
{
    uint64_t nodes[16] = {0};

    (void)launch;
    (void)text_of(step, 1);
    if (step->arguments[1].length > sizeof nodes)
        refuse(FAILED, "the memory policy names more nodes than there can be");
    memcpy(nodes, step->arguments[1].text, step->arguments[1].length);
    if (syscall(SYS_set_mempolicy, number_of(step, 0), nodes, sizeof nodes * 8) < 0)
        die("set the memory policy");
}
