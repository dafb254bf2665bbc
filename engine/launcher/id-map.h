#pragma once

#include <sys/types.h>

/* Writes both maps of a process's new user namespace, or die(). */
void write_maps(pid_t process, const char *uids, const char *gids);

/* Becomes id 0 of the user namespace this process is in, and belongs to no group of the host's any more; or die(). */
void become_root_of_namespace(void);
