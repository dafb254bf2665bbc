#pragma once

#include <stddef.h>

/* One system call that root of a machine may make: negative, with errno, where
 * it didn't work. */
struct attempt {
    const char *name;
    long (*make)(void);
};

/* Each ends with one that has no name. */
extern const struct attempt file_attempts[];
extern const struct attempt process_attempts[];
extern const struct attempt kernel_attempts[];
extern const struct attempt network_attempts[];

/* What the attempt was given. */
extern char **words;
long number(int index);
