#include "home.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"

enum { SETTING_NAME, SETTING_VALUE };
enum { NETWORK, PROGRAM };

int
enter_network(const char *path)
{
    CLEANUP_FD int wanted = open(path, O_RDONLY | O_CLOEXEC);
    struct stat there;
    struct stat here;

    if (wanted < 0 || fstat(wanted, &there) < 0 || stat("/proc/self/ns/net", &here) < 0)
        return -errno;
    if (there.st_ino == here.st_ino && there.st_dev == here.st_dev)
        return 0;
    return setns(wanted, CLONE_NEWNET) < 0 ? -errno : 0;
}

static int
write_setting(const char *path, const char *value)
{
    char current[64] = "";
    CLEANUP_FD int reader = open(path, O_RDONLY | O_CLOEXEC);
    size_t length = strlen(value);

    if (reader < 0)
        return -errno;
    if (read(reader, current, sizeof current - 1) == (ssize_t)length + 1 && strncmp(current, value, length) == 0)
        return 0;

    CLEANUP_FD int writer = open(path, O_WRONLY | O_CLOEXEC);

    return writer < 0 || write(writer, value, length) < 0 ? -errno : 0;
}

int
change_setting(const struct step *step, char *reason, size_t size)
{
    char path[256];
    const char *name = text_of(step, SETTING_NAME);
    const char *value = text_of(step, SETTING_VALUE);
    int length = snprintf(path, sizeof path, "/proc/sys/net/%s", name);
    int error = length < 0 || (size_t)length >= sizeof path ? -ENAMETOOLONG : write_setting(path, value);

    if (error < 0)
        (void)snprintf(reason, size, "make the setting net/%s %s: %s", name, value, strerrordesc_np(-error));
    return error;
}

void
start_within(char **arguments)
{
    errno = -enter_network(arguments[NETWORK]);
    if (errno != 0)
        die("enter the network %s", arguments[NETWORK]);
    (void)execvp(arguments[PROGRAM], arguments + PROGRAM);
    refuse(errno == ENOENT ? NOT_FOUND : FAILED, "start %s: %s", arguments[PROGRAM], strerrordesc_np(errno));
}
