#pragma once

#include <sys/types.h>

/*
 * Listens on a unix socket in the working directory that nobody but its owner reaches; one that is left under the name
 * goes. Returns the descriptor or -errno.
 */
int open_listener(const char *name);

/* By which somebody knows whether a name in the working directory is still theirs; 0 where there is nothing. */
ino_t inode_of(const char *name);
