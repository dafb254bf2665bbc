#include "layer-image.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"

static long
configure(int context, unsigned command, const char *key, const char *value)
{
    return syscall(SYS_fsconfig, context, command, key, value, 0);
}

int
open_layer_image(const char *image, const char *tar)
{
    CLEANUP_FD int context = (int)syscall(SYS_fsopen, "erofs", FSOPEN_CLOEXEC);

    if (context < 0 || configure(context, FSCONFIG_SET_STRING, "source", image) < 0 ||
        configure(context, FSCONFIG_SET_STRING, "device", tar) < 0 ||
        configure(context, FSCONFIG_SET_FLAG, "ro", NULL) < 0 ||
        configure(context, FSCONFIG_CMD_CREATE, NULL, NULL) < 0)
        return -errno;

    long tree = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY);

    return tree < 0 ? -errno : (int)tree;
}
