#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "outside.h"
#include "paths.h"
#include "trees.h"

/* Arguments of OP_BIND. */
enum {
    DESTINATION,
    SOURCE,
    IS_RECURSIVE,
    SET,
    CLEAR,
    SET_BENEATH,
    CLEAR_BENEATH,
    REACH,
    REACHES_BENEATH,
    IS_OUTSIDE,
    UIDS,
    GIDS,
    MAPS_BENEATH,
    SUBPATH,
    NAMESPACE
};

/* From here on the process sees what those in another mount namespace see. It has nothing else to do. */
static void
enter_mount_namespace(const char *path)
{
    CLEANUP_FD int namespace = open_host(path, O_RDONLY);

    if (setns(namespace, CLONE_NEWNS) < 0)
        die("join the mount namespace %s", path);
}

/* What is bound, or what is at a path in it: whoever writes there must not lead out of it. */
static int
open_bound(const struct step *step)
{
    const char *subpath = text_of(step, SUBPATH);
    const char *namespace = text_of(step, NAMESPACE);

    if (namespace[0] != '\0')
        enter_mount_namespace(namespace);

    int source = open_host(text_of(step, SOURCE), O_PATH);

    if (subpath[0] == '\0')
        return source;

    int within = open_beneath(source, subpath, O_PATH, NO_LINKS);

    if (within < 0)
        die("open %s in the volume, where there must be a directory or file that no link leads to", subpath);
    close_descriptor(&source);
    return within;
}

int
open_bound_tree(const struct step *step, pid_t process)
{
    const char *name = text_of(step, DESTINATION);
    CLEANUP_FD int source = open_bound(step);
    int tree = clone_tree(source, number_of(step, IS_RECURSIVE) != 0 ? AT_RECURSIVE : 0, text_of(step, SOURCE));

    (void)process;
    if (text_of(step, UIDS)[0] != '\0')
        set_owners(tree, text_of(step, UIDS), text_of(step, GIDS),
            number_of(step, MAPS_BENEATH) != 0 ? AT_RECURSIVE : 0, name);
    set_attributes(tree, number_of(step, SET), number_of(step, CLEAR), 0, name);
    set_attributes(tree, number_of(step, SET_BENEATH), number_of(step, CLEAR_BENEATH), AT_RECURSIVE, name);
    set_reach(tree, number_of(step, REACH), number_of(step, REACHES_BENEATH) != 0, name);
    return tree;
}

/*
 * destination, source, whether with what is beneath, attributes to set and to clear, the same of all that is beneath,
 * propagation, whether of what is beneath too, whether it is opened outside the container, uids and gids of a mount
 * with other owners, whether of what is beneath too, path in the source, mount namespace of the source: only of one
 * that is opened outside.
 */
void
mount_bind(const struct step *step, struct launch *launch)
{
    const char *destination = text_of(step, DESTINATION);
    struct stat kind = {0};
    CLEANUP_FD int tree = number_of(step, IS_OUTSIDE) != 0 ? ask_outside(launch) : open_bound_tree(step, 0);

    if (fstat(tree, &kind) < 0)
        die("look at %s", text_of(step, SOURCE));

    CLEANUP_FD int target = S_ISDIR(kind.st_mode) ? make_directory_beneath(launch->root, destination, 0755)
                                                  : make_file_beneath(launch->root, destination);

    attach_tree(tree, target, destination);
}

/* Arguments of OP_ROOT_BIND. */
enum { ROOT_TARGET, ROOT_SOURCE, ROOT_IS_OUTSIDE };

int
open_root_tree(const struct step *step, pid_t process)
{
    const char *path = text_of(step, ROOT_SOURCE);
    CLEANUP_FD int source = open_host(path, O_PATH | O_DIRECTORY);

    (void)process;
    return clone_tree(source, AT_RECURSIVE, path);
}

/*
 * target, source, whether it is opened outside the container. Whoever is root of a user namespace may not even reach
 * the target: the root is then laid over the host's, which it takes the place of anyway.
 */
void
mount_bind_root(const struct step *step, struct launch *launch)
{
    bool is_outside = number_of(step, ROOT_IS_OUTSIDE) != 0;
    const char *path = is_outside ? "/" : text_of(step, ROOT_TARGET);
    CLEANUP_FD int target = open_host(path, O_PATH | O_DIRECTORY);

    launch->root = is_outside ? ask_outside(launch) : open_root_tree(step, 0);
    attach_tree(launch->root, target, text_of(step, ROOT_TARGET));
}
