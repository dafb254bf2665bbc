#include "seccomp.h"

#include <ctype.h>
#include <errno.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

enum { FIXED_ARGUMENTS = 3, ARGUMENTS_PER_COMPARE = 4, MOST_COMPARES = 6 };

static uint32_t
action_of(const char *name, uint64_t number)
{
    static const struct {
        const char *name;
        uint32_t action;
    } actions[] = {
        {"SCMP_ACT_ALLOW", SCMP_ACT_ALLOW},
        {"SCMP_ACT_LOG", SCMP_ACT_LOG},
        {"SCMP_ACT_NOTIFY", SCMP_ACT_NOTIFY},
        {"SCMP_ACT_KILL", SCMP_ACT_KILL},
        {"SCMP_ACT_KILL_THREAD", SCMP_ACT_KILL_THREAD},
        {"SCMP_ACT_KILL_PROCESS", SCMP_ACT_KILL_PROCESS},
        {"SCMP_ACT_TRAP", SCMP_ACT_TRAP},
    };

    if (strcmp(name, "SCMP_ACT_ERRNO") == 0)
        return SCMP_ACT_ERRNO(number & 0xffff);
    if (strcmp(name, "SCMP_ACT_TRACE") == 0)
        return SCMP_ACT_TRACE(number & 0xffff);
    for (size_t index = 0; index < sizeof actions / sizeof *actions; index++)
        if (strcmp(name, actions[index].name) == 0)
            return actions[index].action;
    refuse(FAILED, "the seccomp profile has an unknown action: %s", name);
}

static enum scmp_compare
operator_of(const char *name)
{
    static const char *const names[] = {
        [SCMP_CMP_NE] = "SCMP_CMP_NE",
        [SCMP_CMP_LT] = "SCMP_CMP_LT",
        [SCMP_CMP_LE] = "SCMP_CMP_LE",
        [SCMP_CMP_EQ] = "SCMP_CMP_EQ",
        [SCMP_CMP_GE] = "SCMP_CMP_GE",
        [SCMP_CMP_GT] = "SCMP_CMP_GT",
        [SCMP_CMP_MASKED_EQ] = "SCMP_CMP_MASKED_EQ",
    };

    for (size_t index = SCMP_CMP_NE; index < sizeof names / sizeof *names; index++)
        if (names[index] != NULL && strcmp(name, names[index]) == 0)
            return (enum scmp_compare)index;
    refuse(FAILED, "the seccomp profile has an unknown comparison: %s", name);
}

/* name, action, errno, then per comparison: argument, value, second value, operator. */
static void
add_rule(scmp_filter_ctx filter, const struct step *step)
{
    struct scmp_arg_cmp compares[MOST_COMPARES];
    unsigned count = 0;
    int call = seccomp_syscall_resolve_name(text_of(step, 0));
    uint32_t action = action_of(text_of(step, 1), number_of(step, 2));

    if (call == __NR_SCMP_ERROR)
        return;
    for (size_t at = FIXED_ARGUMENTS; at < step->count && count < MOST_COMPARES; at += ARGUMENTS_PER_COMPARE) {
        compares[count++] = (struct scmp_arg_cmp){
            .arg = (unsigned)number_of(step, at),
            .datum_a = number_of(step, at + 1),
            .datum_b = number_of(step, at + 2),
            .op = operator_of(text_of(step, at + 3)),
        };
    }

    int error = seccomp_rule_add_array(filter, action, call, count, compares);

    /* EACCES: the rule says what the default says already. */
    if (error < 0 && error != -EACCES && error != -EDOM) {
        errno = -error;
        die("add %s to the seccomp filter", text_of(step, 0));
    }
}

static void
add_architecture(scmp_filter_ctx filter, const char *name)
{
    char lower[32] = "";
    uint32_t architecture = 0;

    if (strncmp(name, "SCMP_ARCH_", 10) == 0)
        for (size_t index = 0; name[10 + index] != '\0' && index < sizeof lower - 1; index++)
            lower[index] = (char)tolower((unsigned char)name[10 + index]);
    architecture = seccomp_arch_resolve_name(lower);
    if (architecture == 0)
        refuse(FAILED, "the seccomp profile has an unknown architecture: %s", name);

    int error = seccomp_arch_add(filter, architecture);

    if (error < 0 && error != -EEXIST) {
        errno = -error;
        die("add the architecture %s to the seccomp filter", name);
    }
}

static void
add_step(scmp_filter_ctx filter, const struct step *step)
{
    if (step->operation == OP_SECCOMP_ARCHITECTURE)
        add_architecture(filter, text_of(step, 0));
    else if (step->operation == OP_SECCOMP_RULE)
        add_rule(filter, step);
    else
        refuse(FAILED, "step %u is not part of a seccomp profile", step->operation);
}

void
write_filter(const struct plan *plan, int output)
{
    if (plan->count == 0 || plan->steps[0].operation != OP_SECCOMP_DEFAULT)
        refuse(FAILED, "the seccomp profile doesn't begin with its default action");

    const struct step *first = &plan->steps[0];
    scmp_filter_ctx filter = seccomp_init(action_of(text_of(first, 0), number_of(first, 1)));

    if (filter == NULL)
        refuse(FAILED, "the seccomp filter could not be begun");
    /* A binary tree instead of a line of compares: a third of the time per call (seccomp_attr_set(3)). */
    (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    (void)seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS));
    for (size_t index = 1; index < plan->count; index++)
        add_step(filter, &plan->steps[index]);

    int error = seccomp_export_bpf(filter, output);

    seccomp_release(filter);
    if (error < 0) {
        errno = -error;
        die("write the seccomp filter");
    }
}
