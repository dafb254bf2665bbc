#pragma once

#include <limits.h>
#include <stddef.h>

/* Where a walk through a tree is, from its top, for messages and records: `.`, `a/b`. */
struct tree_path {
    char text[PATH_MAX * 2];
    size_t length;
};

/* Adds a name, or die(). Returns the length to go back to. */
size_t enter_path(struct tree_path *path, const char *name);
void leave_path(struct tree_path *path, size_t length);

/* The path as it stands, `.` for the top. */
const char *path_text(const struct tree_path *path);

/* A name in a directory for calls that take only paths and follow no link at their end; or die(). */
void name_in_directory(int directory, const char *name, char *buffer, size_t size);
