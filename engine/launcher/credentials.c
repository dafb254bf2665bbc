#include <errno.h>
#include <inttypes.h>
#include <linux/bpf_common.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "die.h"
#include "messages.h"
#include "own-ids.h"
#include "seccomp-listener.h"
#include "steps.h"

enum { HIGHEST_CAPABILITY = 63, MOST_GROUPS = 1024 };

/* resource, soft, hard, its name. */
void
set_rlimit(const struct step *step, struct launch *launch)
{
    struct rlimit limit = {.rlim_cur = number_of(step, 1), .rlim_max = number_of(step, 2)};
    struct rlimit own = {0};
    __rlimit_resource_t resource = (__rlimit_resource_t)number_of(step, 0);

    (void)launch;
    if (setrlimit(resource, &limit) == 0)
        return;
    if (errno == EPERM && getrlimit(resource, &own) == 0)
        refuse(FAILED, "the limit %s can't be raised to %s: nobody here may go above %" PRIu64 " (CAP_SYS_RESOURCE)",
            text_of(step, 3), text_of(step, 2), (uint64_t)own.rlim_max);
    die("set the limit %s to %s", text_of(step, 3), text_of(step, 1));
}

/*
 * What whoever started the engine keeps in their session is no business of the program's (keyrings(7)). A kernel
 * without keys, or a filter that forbids them to us and so to the program, leaves nothing to keep apart.
 */
void
make_keyring(const struct step *step, struct launch *launch)
{
    (void)step;
    (void)launch;
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 && errno != ENOSYS && errno != EPERM)
        die("make a keyring for the session");
}

/* The bounding set as bits: capabilities(7) numbers. What is missing in it can never be had again. */
void
drop_bounding(const struct step *step, struct launch *launch)
{
    uint64_t kept = number_of(step, 0);

    (void)launch;
    for (unsigned long capability = 0; capability <= HIGHEST_CAPABILITY; capability++) {
        if (kept >> capability & 1)
            continue;
        /* EINVAL: this kernel has no such capability. */
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0 && errno != EINVAL)
            die("drop capability %lu", capability);
    }
}

/* uid, gid, umask, supplementary groups. */
void
become_user(const struct step *step, struct launch *launch)
{
    gid_t groups[MOST_GROUPS];
    uid_t uid = (uid_t)number_of(step, 0);
    gid_t gid = (gid_t)number_of(step, 1);

    (void)launch;
    if (step->count - 3 > MOST_GROUPS)
        refuse(FAILED, "the user is in more than %d groups", MOST_GROUPS);
    for (size_t index = 3; index < step->count; index++)
        groups[index - 3] = (gid_t)number_of(step, index);
    (void)umask((mode_t)number_of(step, 2));
    /* Otherwise changing the uid would take the capabilities away that are set next. */
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
        die("keep the capabilities");
    /* In a namespace of one id it is denied (user_namespaces(7)), and nobody is to be in other groups. */
    if (set_own_groups(step->count - 3, groups) < 0 && (errno != EPERM || step->count > 3))
        die("set the supplementary groups");
    if (set_own_group(gid) < 0)
        die("become group %u", gid);
    if (set_own_user(uid) < 0)
        die("become user %u", uid);
}

/* effective, permitted, inheritable, ambient: bits. */
void
set_capabilities(const struct step *step, struct launch *launch)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};
    uint64_t ambient = number_of(step, 3);

    (void)launch;
    for (int half = 0; half < 2; half++) {
        data[half].effective = (uint32_t)(number_of(step, 0) >> (32 * half));
        data[half].permitted = (uint32_t)(number_of(step, 1) >> (32 * half));
        data[half].inheritable = (uint32_t)(number_of(step, 2) >> (32 * half));
    }
    if (syscall(SYS_capset, &header, data) < 0)
        die("set the capabilities");
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    for (unsigned long capability = 0; capability <= HIGHEST_CAPABILITY; capability++)
        if (ambient >> capability & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) < 0)
            die("raise ambient capability %lu", capability);
}

void
forbid_new_privileges(const struct step *step, struct launch *launch)
{
    (void)step;
    (void)launch;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        die("forbid new privileges");
}

/* A compiled filter (seccomp.c), and SECCOMP_FILTER_FLAG_*. */
void
load_seccomp(const struct step *step, struct launch *launch)
{
    (void)text_of(step, 0);

    size_t length = step->arguments[0].length;
    struct sock_fprog program = {
        .len = (unsigned short)(length / sizeof(struct sock_filter)),
        .filter = (struct sock_filter *)(void *)step->arguments[0].text,
    };

    if (length % sizeof(struct sock_filter) != 0 || length / sizeof(struct sock_filter) > BPF_MAXINSNS)
        refuse(FAILED, "the seccomp filter has an impossible length");
    long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, number_of(step, 1), &program);

    if (listener < 0)
        die("load the seccomp filter");
    if ((number_of(step, 1) & SECCOMP_FILTER_FLAG_NEW_LISTENER) == 0)
        return;

    const char word[] = {HANDS_OVER_LISTENER, 0};

    if (send_descriptor(launch->status, word, (int)listener) < 0)
        die("hand over whom system calls are asked of");
    (void)close((int)listener);
}
