#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "paths.h"
#include "steps.h"

static mode_t
device_type(const char *letter)
{
    if (strcmp(letter, "p") == 0)
        return S_IFIFO;
    return strcmp(letter, "b") == 0 ? S_IFBLK : S_IFCHR;
}

/* In a user namespace nobody makes devices: the host's own is laid over an empty file. */
static void
bind_device(const struct launch *launch, const char *path, dev_t device)
{
    struct stat found = {0};
    CLEANUP_FD int source = open_host(path, O_PATH | O_NOFOLLOW);

    if (fstat(source, &found) < 0 || !S_ISCHR(found.st_mode) || found.st_rdev != device)
        refuse(FAILED, "the host's %s is not the device that the container is to have", path);

    CLEANUP_FD int target = make_file_beneath(launch->root, path);

    bind_onto(source, target, path);
}

/* What is there already may be just that: of a volume over /dev with the host's own. */
static bool
is_device(int directory, const char *name, mode_t type, dev_t device)
{
    struct stat found = {0};
    bool is_there = fstatat(directory, name, &found, AT_SYMLINK_NOFOLLOW) == 0;

    errno = EEXIST;
    return is_there && (found.st_mode & S_IFMT) == type && (type == S_IFIFO || found.st_rdev == device);
}

/* path, type, mode, major, minor, uid, gid. */
void
make_device(const struct step *step, struct launch *launch)
{
    const char *path = text_of(step, 0);
    const char *name = NULL;
    CLEANUP_FD int directory = open_parent_beneath(launch->root, path, &name);
    mode_t mode = (mode_t)number_of(step, 2);
    dev_t device = makedev((unsigned)number_of(step, 3), (unsigned)number_of(step, 4));

    if (mknodat(directory, name, device_type(text_of(step, 1)) | mode, device) < 0) {
        if (errno == EPERM)
            bind_device(launch, path, device);
        else if (errno != EEXIST || !is_device(directory, name, device_type(text_of(step, 1)), device))
            die("make the device %s in the container", path);
        return;
    }
    if (fchownat(directory, name, (uid_t)number_of(step, 5), (gid_t)number_of(step, 6), AT_SYMLINK_NOFOLLOW) < 0)
        die("give the device %s its owner", path);
    /* mknod(2) takes the umask away. It has just been made in a directory of ours, so it isn't a link. */
    if (fchmodat(directory, name, mode, 0) < 0)
        die("give the device %s its mode", path);
}

/* path, target. */
void
make_symlink(const struct step *step, struct launch *launch)
{
    const char *path = text_of(step, 0);
    const char *name = NULL;
    CLEANUP_FD int directory = open_parent_beneath(launch->root, path, &name);

    if (symlinkat(text_of(step, 1), directory, name) < 0 && errno != EEXIST)
        die("make the link %s in the container", path);
}

/* path, uid, gid: made only where it lacks, with its owner only then. */
void
make_directory(const struct step *step, struct launch *launch)
{
    const char *path = text_of(step, 0);
    CLEANUP_FD int known = open_beneath(launch->root, path, O_PATH, FOLLOW);

    if (known >= 0)
        return;

    CLEANUP_FD int directory = make_directory_beneath(launch->root, path, 0755);

    if (fchownat(directory, "", (uid_t)number_of(step, 1), (gid_t)number_of(step, 2), AT_EMPTY_PATH) < 0)
        die("give the directory %s its owner", path);
}
