#include "listener.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST_WAITING = 128 };

int
open_listener(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", name);
    (void)unlink(name);

    mode_t before = umask(0077);
    int error = listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
                        listen(listener, MOST_WAITING) < 0
                    ? -errno
                    : 0;

    (void)umask(before);
    if (error < 0 && listener >= 0)
        (void)close(listener);
    return error < 0 ? error : listener;
}

ino_t
inode_of(const char *name)
{
    struct stat there = {0};

    return lstat(name, &there) < 0 ? 0 : there.st_ino;
}
