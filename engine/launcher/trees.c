#include "trees.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "id-map.h"
#include "paths.h"
#include "steps.h"

int
clone_tree(int source, int recursive, const char *name)
{
    long tree = syscall(
        SYS_open_tree, source, "", (unsigned)recursive | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (unsigned)AT_EMPTY_PATH);

    if (tree < 0)
        die("bind %s", name);
    return (int)tree;
}

void
attach_tree(int tree, int target, const char *name)
{
    if (syscall(SYS_move_mount, tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
        die("mount %s", name);
}

void
bind_onto(int source, int target, const char *name)
{
    CLEANUP_FD int tree = clone_tree(source, 0, name);

    attach_tree(tree, target, name);
}

static int
change(int tree, struct mount_attr *attributes, int recursive)
{
    return (int)syscall(
        SYS_mount_setattr, tree, "", (unsigned)(recursive | AT_EMPTY_PATH), attributes, sizeof *attributes);
}

void
set_attributes(int tree, uint64_t set, uint64_t clear, int recursive, const char *name)
{
    struct mount_attr attributes = {.attr_set = set, .attr_clr = clear};

    if ((set != 0 || clear != 0) && change(tree, &attributes, recursive) < 0)
        die("set the mount options of %s", name);
}

void
set_reach(int tree, uint64_t propagation, bool recursive, const char *name)
{
    struct mount_attr reach = {.propagation = propagation};

    if (propagation != 0 && change(tree, &reach, recursive ? AT_RECURSIVE : 0) < 0)
        die("set the propagation of %s", name);
}

/* A user namespace lives as long as a process of it or a descriptor: here only the descriptor stays. */
static int
make_user_namespace(const char *uids, const char *gids)
{
    char path[64];
    int reason = 0;
    int made[2];
    int kept[2];

    if (pipe2(made, O_CLOEXEC) < 0 || pipe2(kept, O_CLOEXEC) < 0)
        die("make a pipe");

    pid_t holder = fork();

    if (holder == 0) {
        (void)close(kept[1]);
        reason = unshare(CLONE_NEWUSER) == 0 ? 0 : errno;
        (void)!write(made[1], &reason, sizeof reason);
        (void)!read(kept[0], &reason, 1);
        _exit(0);
    }
    (void)close(made[1]);
    (void)close(kept[0]);
    if (holder < 0 || read(made[0], &reason, sizeof reason) != (ssize_t)sizeof reason)
        die("start a process for the owners of a mount");
    errno = reason;
    if (reason != 0)
        die("make a user namespace for the owners of a mount");
    write_maps(holder, uids, gids);
    (void)snprintf(path, sizeof path, "/proc/%d/ns/user", holder);

    int users = open_host(path, O_RDONLY);

    (void)close(made[0]);
    (void)close(kept[1]);
    while (waitpid(holder, NULL, 0) < 0 && errno == EINTR)
        continue;
    return users;
}

void
set_owners(int tree, const char *uids, const char *gids, int recursive, const char *name)
{
    CLEANUP_FD int users = make_user_namespace(uids, gids);
    struct mount_attr owners = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (unsigned)users};

    if (change(tree, &owners, recursive) < 0)
        die("map the owners of %s, which its file system may not be able to", name);
}
