#include "paths.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"

static int
open_resolving(int directory, const char *path, int flags, unsigned long resolve)
{
    struct open_how how = {
        .flags = (unsigned)(flags | O_CLOEXEC),
        .mode = flags & O_CREAT ? 0666 : 0,
        .resolve = resolve | RESOLVE_NO_MAGICLINKS,
    };

    /* EAGAIN: something was renamed meanwhile, and the kernel couldn't be sure that the path stayed inside. */
    for (int attempt = 0; attempt < 64; attempt++) {
        long descriptor = syscall(SYS_openat2, directory, path, &how, sizeof how);

        if (descriptor >= 0 || errno != EAGAIN)
            return (int)descriptor;
    }
    return -1;
}

int
open_beneath(int root, const char *path, int flags, int links)
{
    return open_resolving(root, path, flags, RESOLVE_IN_ROOT | (links == NO_LINKS ? RESOLVE_NO_SYMLINKS : 0));
}

/*
 * Where a link of the image's leads that leads to nothing yet, as /etc/resolv.conf often does: a path from the same
 * root. `name` is the end of `path`.
 */
static bool
read_dangling(int parent, const char *path, const char *name, char *target)
{
    char link[PATH_MAX];
    ssize_t length = readlinkat(parent, name, link, sizeof link - 1);

    if (length < 0)
        return false;
    link[length] = '\0';
    return snprintf(target, PATH_MAX, "%.*s%s", link[0] == '/' ? 0 : (int)(name - path), path, link) < PATH_MAX;
}

/* Opens the directory named by the first `length` characters of `path`, and makes it if it isn't there. */
static int
make_prefix(int root, const char *path, size_t length, mode_t mode)
{
    char target[PATH_MAX];
    char prefix[PATH_MAX];
    int directory = -1;

    if (length >= sizeof prefix)
        refuse(FAILED, "the path %.200s... is too long", path);
    memcpy(prefix, path, length);
    prefix[length] = '\0';
    directory = open_beneath(root, prefix, O_PATH | O_DIRECTORY, FOLLOW);
    if (directory >= 0 || errno != ENOENT)
        return directory;

    const char *name = NULL;
    CLEANUP_FD int parent = open_parent_beneath(root, prefix, &name);

    if (mkdirat(parent, name, mode) < 0 && errno != EEXIST)
        die("make the directory %s in the container", prefix);
    directory = open_beneath(root, prefix, O_PATH | O_DIRECTORY, FOLLOW);
    if (directory >= 0 || errno != ENOENT || !read_dangling(parent, prefix, name, target))
        return directory;
    /* The kernel follows at most 40 links, and each round here takes one away. */
    return make_prefix(root, target, strlen(target), mode);
}

int
make_directory_beneath(int root, const char *path, mode_t mode)
{
    size_t length = strlen(path);

    while (length > 1 && path[length - 1] == '/')
        length--;

    int directory = make_prefix(root, path, length, mode);

    if (directory < 0)
        die("open the directory %s in the container", path);
    return directory;
}

int
open_parent_beneath(int root, const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    int parent = -1;

    *name = slash == NULL ? path : slash + 1;
    if ((*name)[0] == '\0' || strcmp(*name, ".") == 0 || strcmp(*name, "..") == 0)
        refuse(FAILED, "the path %s names no file", path);
    parent = slash == NULL || slash == path ? open_beneath(root, "/", O_PATH | O_DIRECTORY, FOLLOW)
                                            : make_prefix(root, path, (size_t)(slash - path), 0755);
    if (parent < 0)
        die("open the directory of %s in the container", path);
    return parent;
}

int
make_file_beneath(int root, const char *path)
{
    int file = open_beneath(root, path, O_PATH, FOLLOW);

    if (file >= 0)
        return file;
    if (errno != ENOENT)
        die("open %s in the container", path);

    char target[PATH_MAX];
    const char *name = NULL;
    CLEANUP_FD int parent = open_parent_beneath(root, path, &name);
    CLEANUP_FD int made = openat(parent, name, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0644);

    if (made < 0 && errno == EEXIST && read_dangling(parent, path, name, target))
        return make_file_beneath(root, target);
    if (made < 0)
        die("make the file %s in the container", path);
    file = open_beneath(root, path, O_PATH, FOLLOW);
    if (file < 0)
        die("open %s in the container", path);
    return file;
}

int
open_host(const char *path, int flags)
{
    int descriptor = open(path, flags | O_CLOEXEC);

    if (descriptor < 0)
        die("open %s", path);
    return descriptor;
}

const char *
descriptor_path(int descriptor, char *buffer)
{
    (void)snprintf(buffer, 32, "/proc/self/fd/%d", descriptor);
    return buffer;
}

void
write_proc(int proc, const char *path, const char *value)
{
    struct statfs filesystem = {0};
    /* RESOLVE_NO_XDEV: nothing may be mounted over a part of proc that is written to. */
    CLEANUP_FD int file = open_resolving(proc, path, O_WRONLY, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV);

    if (file < 0)
        die("open /proc/%s", path);
    if (fstatfs(file, &filesystem) < 0)
        die("look at /proc/%s", path);
    if (filesystem.f_type != PROC_SUPER_MAGIC)
        refuse(FAILED, "/proc/%s is not a file of proc", path);
    if (write(file, value, strlen(value)) < 0)
        die("write %s to /proc/%s", value, path);
}
