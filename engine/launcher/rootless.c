#include "rootless.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "paths.h"

enum { CONTAINERS, FIRST_UID, UIDS, FIRST_GID, GIDS, PROGRAM };

/* The pid of the shim that listens in a container's directory, 0 where there is none. */
static pid_t
find_shim(int containers, const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct ucred peer = {0};
    socklen_t size = sizeof peer;
    CLEANUP_FD int bundle = openat(containers, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
    CLEANUP_FD int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    (void)snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/shim.sock", bundle);
    if (bundle < 0 || client < 0 || connect(client, (struct sockaddr *)&address, sizeof address) < 0)
        return 0;
    return getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 ? 0 : peer.pid;
}

static bool
enter_namespace_of(pid_t pid)
{
    CLEANUP_FD int process = (int)syscall(SYS_pidfd_open, pid, 0);

    return process >= 0 && setns(process, CLONE_NEWUSER) == 0;
}

static bool
join_living(const char *path)
{
    bool is_joined = false;
    DIR *containers = opendir(path);

    if (containers == NULL)
        return false;
    for (struct dirent *entry = readdir(containers); entry != NULL && !is_joined; entry = readdir(containers)) {
        pid_t shim = entry->d_name[0] == '.' ? 0 : find_shim(dirfd(containers), entry->d_name);

        is_joined = shim > 0 && enter_namespace_of(shim);
    }
    (void)closedir(containers);
    return is_joined;
}

/* newuidmap(1), newgidmap(1): id 0 is the person, from 1 on their subordinate ids. */
static bool
run_mapper(const char *program, pid_t target, unsigned own, const char *first, const char *count)
{
    char pid[16];
    char self[16];
    int status = 0;

    (void)snprintf(pid, sizeof pid, "%d", target);
    (void)snprintf(self, sizeof self, "%u", own);

    pid_t child = fork();

    if (child == 0) {
        (void)execlp(program, program, pid, "0", self, "1", "1", first, count, (char *)NULL);
        _exit(NOT_FOUND);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void
write_map(const char *path, const char *text)
{
    CLEANUP_FD int file = open_host(path, O_WRONLY);

    if (write(file, text, strlen(text)) < 0)
        die("write %s", path);
}

/* Without a range of ids the person is the only one there is. */
static void
map_self(unsigned uid, unsigned gid)
{
    char map[32];

    (void)snprintf(map, sizeof map, "0 %u 1", uid);
    write_map("/proc/self/uid_map", map);
    write_map("/proc/self/setgroups", "deny");
    (void)snprintf(map, sizeof map, "0 %u 1", gid);
    write_map("/proc/self/gid_map", map);
}

/* A child that stays outside writes the maps as soon as the namespace is made: who is inside has no right to. */
static bool
make_namespace(char **arguments)
{
    unsigned uid = geteuid();
    unsigned gid = getegid();
    pid_t self = getpid();
    int made[2];
    int status = 0;
    bool has_ranges = strcmp(arguments[UIDS], "0") != 0 && strcmp(arguments[GIDS], "0") != 0;

    if (pipe2(made, O_CLOEXEC) < 0)
        die("make a pipe");

    pid_t mapper = has_ranges ? fork() : -1;

    if (mapper == 0) {
        char byte = 0;

        close_descriptor(&made[1]);
        if (read(made[0], &byte, 1) != 1)
            _exit(FAILED);
        _exit(run_mapper("newuidmap", self, uid, arguments[FIRST_UID], arguments[UIDS]) &&
                      run_mapper("newgidmap", self, gid, arguments[FIRST_GID], arguments[GIDS])
                  ? 0
                  : FAILED);
    }

    bool is_made = unshare(CLONE_NEWUSER) == 0;
    int reason = errno;

    if (is_made)
        (void)!write(made[1], "", 1);
    close_descriptor(&made[0]);
    close_descriptor(&made[1]);
    if (mapper > 0 && waitpid(mapper, &status, 0) == mapper && is_made && status != 0)
        refuse(
            FAILED, "newuidmap could not map the ids that /etc/subuid and /etc/subgid set aside; see its words above");
    if (is_made && !has_ranges)
        map_self(uid, gid);
    errno = reason;
    return is_made;
}

void
go_rootless(char **arguments)
{
    if (join_living(arguments[CONTAINERS]) || make_namespace(arguments)) {
        if (setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)
            die("become root of the user namespace");
        /* Denied where there is but one id; then there are no others to be in. */
        (void)setgroups(0, NULL);
    } else {
        (void)fprintf(stderr,
            "estrato: there is no user namespace to be had (%s), so containers can't be started; images can.\n",
            strerror(errno));
    }
    (void)execv(arguments[PROGRAM], arguments + PROGRAM);
    die("start %s", arguments[PROGRAM]);
}
