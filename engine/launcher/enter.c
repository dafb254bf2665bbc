#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "id-map.h"
#include "paths.h"
#include "steps.h"

enum { MOST_NAMESPACES = 16 };

struct entered {
    int descriptor;
    int type;
    const char *path;
};

static int
open_namespace(const char *path)
{
    struct statfs filesystem = {0};
    int descriptor = open_host(path, O_RDONLY | O_NONBLOCK);

    if (fstatfs(descriptor, &filesystem) < 0)
        die("look at the namespace %s", path);
    if (filesystem.f_type != NSFS_MAGIC)
        refuse(FAILED, "%s is not a namespace", path);
    return descriptor;
}

/* Those of one kind, the user namespace or the others; whether all were to be had. */
static bool
enter_all(struct entered *namespaces, size_t count, bool is_user)
{
    bool is_complete = true;

    for (size_t index = 0; index < count; index++) {
        struct entered *entered = &namespaces[index];

        if (entered->descriptor < 0 || (entered->type == CLONE_NEWUSER) != is_user)
            continue;
        if (setns(entered->descriptor, entered->type) < 0) {
            is_complete = false;
            continue;
        }
        (void)close(entered->descriptor);
        entered->descriptor = -1;
        if (is_user)
            become_root_of_namespace();
    }
    return is_complete;
}

/*
 * CLONE_NEW* and path of each. Some belong to the user namespace that is entered too, and take its rights; others are
 * the host's, and take those that are lost with it.
 */
void
enter_namespaces(const struct step *step, struct launch *launch)
{
    struct entered namespaces[MOST_NAMESPACES];
    size_t count = step->count / 2;

    if (count > MOST_NAMESPACES)
        refuse(FAILED, "the container is to enter more than %d namespaces", MOST_NAMESPACES);
    for (size_t index = 0; index < count; index++)
        namespaces[index] = (struct entered){
            .descriptor = open_namespace(text_of(step, 2 * index + 1)),
            .type = (int)number_of(step, 2 * index),
            .path = text_of(step, 2 * index + 1),
        };
    (void)enter_all(namespaces, count, false);
    if (!enter_all(namespaces, count, true) || !enter_all(namespaces, count, false))
        die("enter the namespaces of the container");
    close_descriptor(&launch->root);
    launch->root = open_host("/", O_PATH | O_DIRECTORY);
}

/* A pid or time namespace that was made or entered takes in only children: the rest of the plan is performed by one. */
void
continue_as_child(const struct step *step, struct launch *launch)
{
    struct clone_args arguments = {.flags = CLONE_PARENT};
    char message[32];
    long child = syscall(SYS_clone3, &arguments, sizeof arguments);

    (void)step;
    if (child < 0)
        die("start a process in the container");
    if (child == 0) {
        (void)setsid();
        return;
    }
    (void)snprintf(message, sizeof message, "P%ld", child);
    (void)send(launch->status, message, strlen(message), MSG_NOSIGNAL);
    _exit(0);
}
