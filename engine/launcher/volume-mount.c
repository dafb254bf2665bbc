#include "volume-mount.h"

#include <errno.h>
#include <stdlib.h>

#include "die.h"

/* <sys/mount.h> and <linux/mount.h> can't be had together; these few are mount(2)'s and umount2(2)'s. */
int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);
int umount2(const char *target, int flags);

enum { BIND = 4096, RECURSIVE = 16384, REMOUNT = 32, DETACH = 2, NO_FOLLOW = 8 };

static unsigned long
flags_of(const char *digits)
{
    char *end = NULL;
    unsigned long flags = strtoul(digits, &end, 10);

    if (end == digits || *end != '\0')
        refuse(FAILED, "the flags of a mount are no number: %.40s", digits);
    return flags;
}

void
mount_volume(char *const arguments[6])
{
    const char *type = arguments[0];
    const char *device = arguments[1];
    const char *target = arguments[2];
    const char *data = arguments[3];
    unsigned long flags = flags_of(arguments[4]);
    unsigned long reach = flags_of(arguments[5]);

    if (mount(device, target, type, flags, data) < 0)
        die("mount %s", device);

    unsigned long others = flags & ~(unsigned long)(BIND | RECURSIVE);

    if ((flags & BIND) != 0 && others != 0 && mount(NULL, target, NULL, BIND | REMOUNT | others, NULL) < 0) {
        int reason = errno;

        unmount_volume(target);
        errno = reason;
        die("set the options of %s", device);
    }
    if (reach != 0 && mount(NULL, target, NULL, reach, NULL) < 0)
        die("set the propagation of %s", device);
}

void
unmount_volume(const char *target)
{
    while (umount2(target, DETACH | NO_FOLLOW) == 0)
        ;
    /* Nothing is mounted there any more. */
    if (errno != EINVAL)
        die("unmount %s", target);
}
