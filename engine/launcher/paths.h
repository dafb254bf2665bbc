#pragma once

#include <sys/stat.h>

/*
 * Paths of a container, resolved beneath its root by the kernel: `..` and absolute symbolic links stay inside
 * (openat2(2), RESOLVE_IN_ROOT). What is opened is what is used: by descriptor, never by name again.
 */

enum { FOLLOW = 0, NO_LINKS = 1 };

/* An O_PATH descriptor, or -1 with errno. `links`: NO_LINKS refuses a path with a symbolic link in it. */
int open_beneath(int root, const char *path, int flags, int links);

/* The directory at `path`, made with its parents where it lacks; or die(). */
int make_directory_beneath(int root, const char *path, mode_t mode);

/* An empty file at `path` where there is nothing, its parents made; or die(). */
int make_file_beneath(int root, const char *path);

/* The directory that holds `path`, made where it lacks, and the last name of `path` (within it); or die(). */
int open_parent_beneath(int root, const char *path, const char **name);

/* A file of the host, by descriptor; or die(). */
int open_host(const char *path, int flags);

/* /proc/self/fd/N, for calls that take only names. The buffer holds 32 bytes. */
const char *descriptor_path(int descriptor, char *buffer);

/* Writes to a file under `proc`, a descriptor of a mounted proc, or die() if it turns out to be anything else. */
void write_proc(int proc, const char *path, const char *value);
