#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cleanup.h"
#include "copy-tree.h"
#include "die.h"
#include "paths.h"
#include "steps.h"
#include "trees.h"

/*
 * Everything here goes by descriptor through the new mount API: what was opened is what is mounted, on what was
 * opened, whatever the image or another process renames meanwhile. mount(2) is only called where the kernel is older.
 */
int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);
int umount2(const char *target, int flags);

enum { UNMOUNT_DETACHED = 2, MOUNT_RECURSIVE = 16384, MOUNT_PRIVATE = 1 << 18, MOUNT_SLAVE = 1 << 19 };

static long
configure(int context, unsigned command, const char *key, const void *value)
{
    return syscall(SYS_fsconfig, context, command, key, value, 0);
}

static int
open_context(const char *type)
{
    long context = syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);

    if (context < 0)
        die("open the file system %s", type);
    return (int)context;
}

/* The kernel's own words about the last failure, when it left some (fsopen(2)): "e overlay: No changes allowed". */
static void
explain(int context, char *buffer, size_t size)
{
    ssize_t length = read(context, buffer, size - 1);

    buffer[length < 0 ? 0 : length] = '\0';
}

static int
make_filesystem(int context, uint64_t attributes, const char *name)
{
    char words[256] = "";

    if (configure(context, FSCONFIG_CMD_CREATE, NULL, NULL) < 0) {
        int reason = errno;

        explain(context, words, sizeof words);
        errno = reason;
        die("make the file system for %s%s%s", name, words[0] == '\0' ? "" : " - ", words);
    }

    long tree = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, (unsigned)attributes);

    if (tree < 0)
        die("mount the file system for %s", name);
    return (int)tree;
}

void
set_propagation(const struct step *step, struct launch *launch)
{
    bool is_private = strcmp(text_of(step, 0), "private") == 0;

    (void)launch;
    if (mount(NULL, "/", NULL, MOUNT_RECURSIVE | (is_private ? MOUNT_PRIVATE : MOUNT_SLAVE), NULL) < 0)
        die("keep the mounts of the container from the host");
}

/* fsconfig(2) takes values of at most 255 bytes: a longer path goes by its descriptor. */
static void
set_overlay_path(int context, const char *key, const char *path)
{
    char short_path[32];
    int directory = -1;

    if (strlen(path) > 200) {
        directory = open_host(path, O_PATH | O_DIRECTORY);
        path = descriptor_path(directory, short_path);
    }
    if (configure(context, FSCONFIG_SET_STRING, key, path) < 0)
        die("add %s to the overlay as %s", path, key);
    close_descriptor(&directory);
}

static bool
knows_lower_plus(const char *path)
{
    CLEANUP_FD int context = open_context("overlay");

    return configure(context, FSCONFIG_SET_STRING, "lowerdir+", path) == 0 || errno != EINVAL;
}

/* Whether root here is root of nothing but a user namespace (user_namespaces(7)): the first has all ids. */
static bool
is_in_user_namespace(const struct launch *launch)
{
    char map[64] = "";
    CLEANUP_FD int file = openat(launch->proc, "self/uid_map", O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? 0 : read(file, map, sizeof map - 1);

    return length > 0 && strstr(map, " 4294967295") == NULL;
}

/* Before Linux 6.5 there is no `lowerdir+`: all paths go in one page, as mount(2) has it. */
static void
mount_old_overlay(const struct step *step, const struct launch *launch)
{
    char options[4096];
    bool is_writable = text_of(step, 1)[0] != '\0';
    int length = snprintf(options, sizeof options,
        "%s%s%s%s%s%slowerdir=", is_in_user_namespace(launch) ? "userxattr," : "", is_writable ? "upperdir=" : "",
        text_of(step, 1), is_writable ? ",workdir=" : "", text_of(step, 2), is_writable ? "," : "");

    for (size_t index = 3; index < step->count && length < (int)sizeof options; index++)
        length += snprintf(
            options + length, sizeof options - (size_t)length, "%s%s", index == 3 ? "" : ":", text_of(step, index));
    if (length >= (int)sizeof options)
        refuse(FAILED, "the image has more layers than this kernel can mount (Linux 6.5 and later can)");
    if (mount("overlay", text_of(step, 0), "overlay", 0, options) < 0)
        die("mount the overlay on %s", text_of(step, 0));
}

static void
set_upper(int context, const char *upper, const char *work)
{
    if (upper[0] == '\0')
        return;
    set_overlay_path(context, "upperdir", upper);
    set_overlay_path(context, "workdir", work);
}

/* target, upper, work (both empty for one that nobody writes to), lower directories from the top one down. */
void
mount_overlay_root(const struct step *step, struct launch *launch)
{
    CLEANUP_FD int target = open_host(text_of(step, 0), O_PATH | O_DIRECTORY);

    if (!knows_lower_plus("/")) {
        mount_old_overlay(step, launch);
        launch->root = open_host(text_of(step, 0), O_PATH | O_DIRECTORY);
        return;
    }

    CLEANUP_FD int context = open_context("overlay");

    for (size_t index = 3; index < step->count; index++)
        set_overlay_path(context, "lowerdir+", text_of(step, index));
    set_upper(context, text_of(step, 1), text_of(step, 2));
    /* There overlayfs keeps its notes in user.* attributes: trusted.* are the first root's alone. */
    if (is_in_user_namespace(launch) && configure(context, FSCONFIG_SET_FLAG, "userxattr", NULL) < 0)
        die("mount an overlay in a user namespace (Linux 5.11 and later can)");
    (void)configure(context, FSCONFIG_SET_STRING, "source", "overlay");
    launch->root = make_filesystem(context, 0, "the container's root");
    attach_tree(launch->root, target, text_of(step, 0));
}

static void
set_option(int context, const char *option, const char *name)
{
    char key[256];
    const char *equals = strchr(option, '=');
    size_t length = equals == NULL ? strlen(option) : (size_t)(equals - option);

    if (length >= sizeof key)
        refuse(FAILED, "a mount option of %s is too long: %.80s", name, option);
    memcpy(key, option, length);
    key[length] = '\0';
    if (configure(context, equals == NULL ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING, key,
            equals == NULL ? NULL : equals + 1) < 0)
        die("mount %s with the option %s", name, option);
}

static bool
is_system_path(const char *path)
{
    static const char *const names[] = {"/proc", "/sys", "/dev"};

    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
        size_t length = strlen(names[index]);

        if (strncmp(path, names[index], length) == 0 && (path[length] == '\0' || path[length] == '/'))
            return true;
    }
    return false;
}

/* What the image has at the mount's destination, if it has anything, is what the file system begins with. */
static void
fill(const struct launch *launch, int tree, bool has_mode, const char *destination)
{
    CLEANUP_FD int present = open_beneath(launch->root, destination, O_RDONLY | O_DIRECTORY, FOLLOW);
    CLEANUP_FD int fresh = openat(tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct stat asked = {0};

    if (present < 0 && errno == ENOENT)
        return;
    if (present < 0 || fresh < 0)
        die("read the directory %s of the image", destination);
    if (fstat(fresh, &asked) < 0)
        die("look at what is mounted on %s", destination);
    copy_content(present, fresh);
    if (has_mode && fchmod(fresh, asked.st_mode & 07777) < 0)
        die("give %s the mode that was asked for", destination);
}

/* Arguments of OP_MOUNT. */
enum { DESTINATION, TYPE, SOURCE, ATTRIBUTES, REACH, COPIES_UP, FIRST_OPTION };

/*
 * destination, type, source, attributes, propagation, whether the image's content is copied into it, options of the
 * file system.
 *
 * /proc, /sys and /dev must not be symbolic links of the image's: what follows is written there as root.
 */
void
mount_filesystem(const struct step *step, struct launch *launch)
{
    const char *destination = text_of(step, DESTINATION);
    CLEANUP_FD int context = open_context(text_of(step, TYPE));

    bool has_mode = false;

    (void)configure(context, FSCONFIG_SET_STRING, "source", text_of(step, SOURCE));
    for (size_t index = FIRST_OPTION; index < step->count; index++) {
        set_option(context, text_of(step, index), destination);
        has_mode = has_mode || strncmp(text_of(step, index), "mode=", 5) == 0;
    }

    CLEANUP_FD int tree = make_filesystem(context, number_of(step, ATTRIBUTES), destination);

    if (number_of(step, COPIES_UP) != 0)
        fill(launch, tree, has_mode, destination);
    close(make_directory_beneath(launch->root, destination, 0755));

    int links = is_system_path(destination) ? NO_LINKS : FOLLOW;
    CLEANUP_FD int target = open_beneath(launch->root, destination, O_PATH | O_DIRECTORY, links);

    if (target < 0)
        die("mount %s in the container, where the image must have a directory", destination);
    set_reach(tree, number_of(step, REACH), false, destination);
    attach_tree(tree, target, destination);
}

static void
mask_directory(int target, const char *path)
{
    CLEANUP_FD int context = open_context("tmpfs");

    (void)configure(context, FSCONFIG_SET_STRING, "mode", "555");

    CLEANUP_FD int tree =
        make_filesystem(context, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, path);

    attach_tree(tree, target, path);
}

/* With the host's /dev/null, opened and checked beforehand: the image's own may be anything. */
static void
mask_file(const struct launch *launch, int target, const char *path)
{
    struct stat null = {0};

    if (fstat(launch->null, &null) < 0 || !S_ISCHR(null.st_mode) || null.st_rdev != makedev(1, 3))
        refuse(FAILED, "the host's /dev/null is not the null device");

    bind_onto(launch->null, target, path);
}

/* Paths that this kernel doesn't have need no mask. */
void
mask_paths(const struct step *step, struct launch *launch)
{
    for (size_t index = 0; index < step->count; index++) {
        const char *path = text_of(step, index);
        struct stat kind = {0};
        CLEANUP_FD int target = open_beneath(launch->root, path, O_PATH, FOLLOW);

        if (target < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
            continue;
        if (target < 0 || fstat(target, &kind) < 0)
            die("mask %s in the container", path);
        if (S_ISDIR(kind.st_mode))
            mask_directory(target, path);
        else
            mask_file(launch, target, path);
    }
}

void
make_paths_readonly(const struct step *step, struct launch *launch)
{
    for (size_t index = 0; index < step->count; index++) {
        const char *path = text_of(step, index);
        CLEANUP_FD int target = open_beneath(launch->root, path, O_PATH, FOLLOW);

        if (target < 0 && (errno == ENOENT || errno == ENOTDIR))
            continue;
        if (target < 0)
            die("make %s read-only in the container", path);

        /* What is a mount already needs no second one over it. */
        struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};

        if (syscall(SYS_mount_setattr, target, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) == 0)
            continue;

        CLEANUP_FD int tree = clone_tree(target, AT_RECURSIVE, path);

        set_attributes(tree, MOUNT_ATTR_RDONLY, 0, AT_RECURSIVE, path);
        attach_tree(tree, target, path);
    }
}

/* pivot_root(".", ".") stacks the old root on the new one, from where it is detached (pivot_root(2), NOTES). */
void
enter_root(const struct step *step, struct launch *launch)
{
    (void)step;
    if (fchdir(launch->root) < 0)
        die("go to the container's root");
    if (syscall(SYS_pivot_root, ".", ".") < 0)
        die("make the container's root the root");
    if (umount2(".", UNMOUNT_DETACHED) < 0)
        die("leave the host's root");
    if (chdir("/") < 0)
        die("go to the container's root");
    close_descriptor(&launch->root);
    launch->root = open_host("/", O_PATH | O_DIRECTORY);
}

/* How the mounts of the container's root reach others, and others' it: MS_SHARED and its kin. */
void
set_root_propagation(const struct step *step, struct launch *launch)
{
    set_reach(launch->root, number_of(step, 0), true, "the container's root");
}

void
make_root_readonly(const struct step *step, struct launch *launch)
{
    (void)step;
    set_attributes(launch->root, MOUNT_ATTR_RDONLY, 0, 0, "the container's root");
}
