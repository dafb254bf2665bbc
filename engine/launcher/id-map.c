#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "id-map.h"
#include "outside.h"
#include "own-ids.h"
#include "paths.h"

static void
write_map(pid_t process, const char *name, const char *lines)
{
    char path[64];

    (void)snprintf(path, sizeof path, "/proc/%d/%s", process, name);

    CLEANUP_FD int file = open_host(path, O_WRONLY);

    /* The kernel takes a map whole or not at all. */
    if (write(file, lines, strlen(lines)) < 0)
        die("give the container the ids %s", lines);
}

void
write_maps(pid_t process, const char *uids, const char *gids)
{
    write_map(process, "uid_map", uids);
    write_map(process, "gid_map", gids);
}

/* uids, gids: lines of `first inside, first outside, how many` (user_namespaces(7)). */
int
write_id_maps(const struct step *step, pid_t process)
{
    write_maps(process, text_of(step, 0), text_of(step, 1));
    return -1;
}

void
become_root_of_namespace(void)
{
    /* Denied where there is but one id; then there are no others to be in. */
    if (set_own_groups(0, NULL) < 0 && errno != EPERM)
        die("leave the groups of the host");
    if (set_own_group(0) < 0 || set_own_user(0) < 0)
        die("become root of the container's user namespace");
    /* A new owner makes a process open to others again. */
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        die("close the launcher to others");
}

/* Whoever is in a new user namespace has no right to say which ids it has. */
void
map_ids(const struct step *step, struct launch *launch)
{
    (void)step;
    (void)ask_outside(launch);
    become_root_of_namespace();
}
