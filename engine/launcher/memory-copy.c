#include "memory-copy.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

enum { SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

extern char **environ;

int
continue_in_memory(char **arguments)
{
    CLEANUP_FD int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    struct stat size = {0};

    if (self < 0 || fstat(self, &size) < 0)
        return -errno;
    /* EINVAL for a file that can't be sealed: this isn't the copy yet. */
    if (fcntl(self, F_GET_SEALS) == SEALS)
        return 0;

    CLEANUP_FD int copy = memfd_create("estrato-launcher", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (copy < 0)
        return -errno;
    for (off_t done = 0; done < size.st_size;)
        if (sendfile(copy, self, &done, (size_t)(size.st_size - done)) <= 0)
            return errno == 0 ? -EIO : -errno;
    if (fchmod(copy, 0500) < 0 || fcntl(copy, F_ADD_SEALS, SEALS) < 0)
        return -errno;
    (void)fexecve(copy, arguments, environ);
    return -errno;
}
