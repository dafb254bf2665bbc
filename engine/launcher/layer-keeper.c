#include "layer-keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "cleanup.h"
#include "frames.h"
#include "layer-image.h"
#include "listener.h"
#include "messages.h"
#include "process-name.h"

enum { MOST_PATH = 4096, PATIENCE_SECONDS = 5 };

static const char socket_name[] = "layers.sock";

/* The store of layers becomes the root: what else the machine has mounted is not held on to. Returns 0 or -errno. */
static int
move_into(const char *store)
{
    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount(store, store, NULL, MS_BIND, NULL) < 0 || chdir(store) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 ||
        umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
        return -errno;
    return 0;
}

static bool
is_mounted(const char *tree)
{
    struct statfs there = {0};

    return statfs(tree, &there) == 0 && there.f_type == EROFS_SUPER_MAGIC_V1;
}

static int
mount_layer(const char *name, const char *tree)
{
    char image[MOST_PATH];
    char tar[MOST_PATH];

    (void)snprintf(image, sizeof image, "/%s/erofs", name);
    (void)snprintf(tar, sizeof tar, "/%s/tar", name);

    CLEANUP_FD int made = open_layer_image(image, tar);

    if (made < 0)
        return made;
    return syscall(SYS_move_mount, made, "", AT_FDCWD, tree, MOVE_MOUNT_F_EMPTY_PATH) < 0 ? -errno : 0;
}

/* A mount like the one here, for somebody else's namespace. Returns a descriptor or -1. */
static int
open_layer(const char *name)
{
    char tree[MOST_PATH];

    if (snprintf(tree, sizeof tree, "/%s/tree", name) >= (int)sizeof tree - 16)
        return -1;
    if (!is_mounted(tree) && mount_layer(name, tree) < 0)
        return -1;
    return (int)syscall(SYS_open_tree, AT_FDCWD, tree, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
}

/* The store is known from the first path on. Returns the name of a layer in it, or NULL for what is elsewhere. */
static const char *
name_in(char *store, const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);

    if (length == 0 || length >= MOST_PATH || slash[1] == '\0' || strcmp(slash, "/..") == 0)
        return NULL;
    if (store[0] == '\0') {
        memcpy(store, path, length);
        store[length] = '\0';
        if (move_into(store) < 0)
            exit(0);
    }
    return strncmp(store, path, length) == 0 && store[length] == '\0' ? slash + 1 : NULL;
}

static void
answer(int connection, char *store, const char *paths, size_t length)
{
    for (const char *path = paths; path < paths + length; path += strlen(path) + 1) {
        const char *name = name_in(store, path);
        CLEANUP_FD int tree = name == NULL ? -1 : open_layer(name);
        ssize_t sent = tree < 0 ? send(connection, "-", 1, MSG_NOSIGNAL) : send_descriptor(connection, "+", tree);

        if (sent < 0)
            return;
    }
}

/* Whoever stops in the middle is not to stop the others. */
static void
set_patience(int connection)
{
    const struct timeval patience = {.tv_sec = PATIENCE_SECONDS};

    (void)setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

int
open_layer_socket(void)
{
    int listener = open_listener(socket_name);

    return listener < 0 ? -1 : listener;
}

void
keep_layers(int listener, char **arguments, pid_t server)
{
    char store[MOST_PATH] = "";

    name_process(arguments, "layers", arguments[2]);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    while (getppid() == server) {
        struct pollfd asked = {.fd = listener, .events = POLLIN};
        char type = 0;
        char *paths = NULL;
        size_t length = 0;

        (void)poll(&asked, 1, -1);

        CLEANUP_FD int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

        if (connection < 0)
            continue;
        set_patience(connection);
        if (receive_frame(connection, &type, &paths, &length) == 0 && type == 'L')
            answer(connection, store, paths, length);
        free(paths);
    }
    exit(0);
}

void
remove_layer_socket(void)
{
    (void)unlink(socket_name);
}
