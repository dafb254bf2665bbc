/*
 * Ways out of a container, each one system call that root of a machine may
 * make. `escape-attempts NAME [ARGUMENT]...` ends with 0 where it worked, and
 * with 1 and the reason where it didn't. None leaves anything changed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attempts.h"

char **words;

long
number(int index)
{
    return strtol(words[index], NULL, 0);
}

static const struct attempt *const all[] = {file_attempts, process_attempts, kernel_attempts, network_attempts};

static const struct attempt *
find_attempt(const char *name)
{
    for (size_t group = 0; group < sizeof all / sizeof *all; group++)
        for (const struct attempt *attempt = all[group]; attempt->name != NULL; attempt++)
            if (strcmp(attempt->name, name) == 0)
                return attempt;
    return NULL;
}

int
main(int count, char **arguments)
{
    const struct attempt *attempt = count > 1 ? find_attempt(arguments[1]) : NULL;

    if (attempt == NULL) {
        (void)fprintf(stderr, "There is no attempt %s.\n", count > 1 ? arguments[1] : "");
        return 2;
    }
    words = arguments + 2;
    if (attempt->make() >= 0)
        return 0;
    (void)fprintf(stderr, "%s: %s\n", attempt->name, strerror(errno));
    return 1;
}
