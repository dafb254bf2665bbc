#include "exit-status.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"

int
write_exit_status(const struct ending *ending)
{
    CLEANUP_FD int directory = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CLEANUP_FD int file = openat(directory, "exit.partial", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (file < 0)
        return -errno;
    if (dprintf(file, "%d %d %d %" PRId64 "\n", ending->code, ending->signal, ending->oom, ending->at) < 0)
        return -errno;
    return renameat(directory, "exit.partial", directory, "exit") < 0 ? -errno : 0;
}

void
settle_exit_status(void)
{
    CLEANUP_FD int directory = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    CLEANUP_FD int file = openat(directory, "exit", O_RDONLY | O_CLOEXEC);

    if (file >= 0 && fsync(file) == 0)
        (void)fsync(directory);
}

bool
counts_oom_kill(const char *path)
{
    char text[1024];
    CLEANUP_FD int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);

    if (length < 0)
        return false;
    text[length] = '\0';

    const char *count = strstr(text, "oom_kill ");

    return count != NULL && strtoul(count + strlen("oom_kill "), NULL, 10) > 0;
}
