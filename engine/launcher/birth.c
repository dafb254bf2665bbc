#include "birth.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { NOT_WANTED = -1, FAILED_TO_OPEN = -2 };

static const char unified_name[] = "/cgroup.procs";

bool
is_unified(const char *path)
{
    const char *name = strrchr(path, '/');

    return name != NULL && strcmp(name, unified_name) == 0;
}

/* A process that is to run on certain processors until it joins is nobody to be born there. */
static const struct step *
find_joining(const struct plan *plan)
{
    for (size_t index = 0; index < plan->count; index++) {
        if (plan->steps[index].operation == OP_AFFINITY)
            return NULL;
        if (plan->steps[index].operation == OP_CGROUP)
            return &plan->steps[index];
    }
    return NULL;
}

int
open_cgroup_of_birth(const struct plan *plan)
{
    const struct step *joining = find_joining(plan);
    char directory[PATH_MAX];

    for (size_t index = 0; joining != NULL && index < joining->count; index++) {
        const char *path = text_of(joining, index);

        if (!is_unified(path))
            continue;
        (void)snprintf(directory, sizeof directory, "%.*s", (int)(strlen(path) - strlen(unified_name)), path);

        int cgroup = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        return cgroup < 0 ? FAILED_TO_OPEN : cgroup;
    }
    return NOT_WANTED;
}
