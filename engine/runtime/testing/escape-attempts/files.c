/* Files, devices and mounts that are the machine's. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "attempts.h"

/* A device by its numbers: what an image could have in it, and a program with
 * CAP_MKNOD make. */
static long
open_device(void)
{
    mode_t type = strcmp(words[0], "b") == 0 ? S_IFBLK : S_IFCHR;
    char byte = 0;

    (void)unlink("/tmp/node");
    if (mknod("/tmp/node", type | 0600, makedev((unsigned)number(1), (unsigned)number(2))) < 0)
        return -1;

    int device = open("/tmp/node", O_RDONLY | O_NONBLOCK);

    (void)unlink("/tmp/node");
    return device < 0 ? -1 : (read(device, &byte, 1), 0);
}

/* A file of the host by its handle, through a mount of the host's file system
 * (CVE-2014-9357's kin, "shocker"). */
static long
open_by_handle(void)
{
    union {
        struct file_handle handle;
        char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
    } wanted = {.handle = {.handle_bytes = MAX_HANDLE_SZ}};
    int mount_id = 0;
    int mount = open(words[0], O_RDONLY);

    if (name_to_handle_at(AT_FDCWD, words[0], &wanted.handle, &mount_id, 0) < 0)
        return -1;
    return open_by_handle_at(mount, &wanted.handle, O_RDONLY);
}

static long
mount_something(void)
{
    (void)mkdir("/tmp/mounted", 0700);
    if (mount(words[0], "/tmp/mounted", words[0], 0, words[1]) < 0)
        return -1;
    return umount2("/tmp/mounted", MNT_DETACH);
}

static long
open_file_system(void)
{
    return syscall(SYS_fsopen, words[0], 0);
}

static long
clone_mount(void)
{
    return syscall(SYS_open_tree, AT_FDCWD, words[0], 1 /* OPEN_TREE_CLONE */);
}

static long
remount_writable(void)
{
    return mount(NULL, words[0], NULL, MS_REMOUNT | MS_BIND, NULL);
}

static long
unmount(void)
{
    return umount2(words[0], MNT_DETACH);
}

static long
watch_file_system(void)
{
    return fanotify_init(FAN_CLASS_CONTENT, O_RDONLY);
}

static long
set_quota(void)
{
    return syscall(SYS_quotactl, 0 /* Q_SYNC */ | 0x800001 << 8, NULL, 0, NULL) < 0 && errno == EPERM ? -1 : 0;
}

/* Out of a root by leaving a directory open outside of it (chroot(2)): is there
 * a file of the host's? */
static long
leave_root(void)
{
    int outside = open(".", O_RDONLY | O_DIRECTORY);

    (void)mkdir("/tmp/root", 0700);
    if (outside < 0 || chroot("/tmp/root") < 0 || fchdir(outside) < 0)
        return -1;
    for (int level = 0; level < 64; level++)
        if (chdir("..") < 0)
            return -1;
    return chroot(".") < 0 ? -1 : access(words[0], F_OK);
}

const struct attempt file_attempts[] = {
    {"open-device", open_device},
    {"open-by-handle", open_by_handle},
    {"mount", mount_something},
    {"fsopen", open_file_system},
    {"open-tree", clone_mount},
    {"remount", remount_writable},
    {"umount", unmount},
    {"fanotify", watch_file_system},
    {"quotactl", set_quota},
    {"chroot", leave_root},
    {NULL, NULL},
};
