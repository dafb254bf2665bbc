#pragma once

#include <stddef.h>
#include <stdint.h>

/* What a step does. The numbers are the plan's format (README.md); runtime/launch-plan.ts writes them. */
enum operation {
    OP_SHIM = 1,
    OP_SESSION,
    OP_OOM_SCORE,
    OP_CGROUP,
    OP_UNSHARE,
    OP_PROPAGATION,
    OP_ROOT_OVERLAY,
    OP_ROOT_BIND,
    OP_MOUNT,
    OP_BIND,
    OP_DEVICE,
    OP_SYMLINK,
    OP_DIRECTORY,
    OP_MASK,
    OP_READONLY,
    OP_SYSCTL,
    OP_ENTER_ROOT,
    OP_ROOT_READONLY,
    OP_HOSTNAME,
    OP_DOMAINNAME,
    OP_LOOPBACK,
    OP_TERMINAL,
    OP_RLIMIT,
    OP_BOUNDING,
    OP_USER,
    OP_CAPABILITIES,
    OP_NO_NEW_PRIVILEGES,
    OP_SECCOMP,
    OP_CHDIR,
    OP_ENVIRONMENT,
    OP_EXEC,
    OP_JOIN,
    OP_SECCOMP_DEFAULT,
    OP_SECCOMP_ARCHITECTURE,
    OP_SECCOMP_RULE,
    OP_HOLD,
    OP_LINK,
    OP_INTERFACE,
    OP_BRIDGE,
    OP_UNLINK,
    OP_LAUNCH,
    OP_GATE,
    OP_ENTER,
    OP_CHILD,
    OP_ID_MAPS,
    OP_WRITE_SELF,
    OP_DEVICE_FILTER,
    OP_HOOK,
    OP_ROOT_PROPAGATION,
    OP_PERSONALITY,
    OP_IO_PRIORITY,
    OP_SCHEDULER,
    OP_AFFINITY,
    OP_MEMORY_POLICY,
    OP_PUBLISH,
    OP_HOME,
    OP_SETTING,
    OP_RUNTIME,
    OP_DETACH,
    OP_NETWORK_ASIDE,
    OP_KEYRING,
    OP_LAST = OP_KEYRING
};

struct argument {
    /* Ends in a NUL that `length` doesn't count. */
    char *text;
    size_t length;
};

struct step {
    enum operation operation;
    size_t count;
    struct argument *arguments;
};

/* An ordered list of steps. Owns its bytes; arguments point into them. */
struct plan {
    char *bytes;
    struct argument *arguments;
    struct step *steps;
    size_t count;
};

/* Reads and checks a whole plan. Returns 0, or -errno: -EBADMSG for bytes that aren't one. `bytes` is taken over. */
int parse_plan(struct plan *plan, char *bytes, size_t length);
void free_plan(struct plan *plan);

/* Everything a descriptor has, at most `limit` bytes; NULL with errno otherwise. */
char *read_all(int descriptor, size_t limit, size_t *length);

/* An argument by its place, or die(): a plan that lacks one was written by another version. */
const char *text_of(const struct step *step, size_t index);
uint64_t number_of(const struct step *step, size_t index);
