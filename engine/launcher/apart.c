#include "apart.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <sys/ioctl.h>

#include "cleanup.h"
#include "die.h"
#include "paths.h"

/* ENOTTY of what has no flags at all, EOPNOTSUPP and EINVAL of what doesn't know this one. */
static bool
has_no_word_for_it(int error)
{
    return error == ENOTTY || error == EOPNOTSUPP || error == EINVAL;
}

void
keep_apart(const char *directory)
{
    CLEANUP_FD int descriptor = open_host(directory, O_RDONLY | O_DIRECTORY);
    int flags = 0;

    if (ioctl(descriptor, FS_IOC_GETFLAGS, &flags) < 0) {
        if (has_no_word_for_it(errno))
            return;
        die("read the flags of %s", directory);
    }
    flags |= FS_TOPDIR_FL;
    if (ioctl(descriptor, FS_IOC_SETFLAGS, &flags) < 0 && !has_no_word_for_it(errno))
        die("set the flags of %s", directory);
}
