#pragma once

#include <stddef.h>

/*
 * Frames (buffer.h) over a descriptor that blocks, for processes that have nothing else to do.
 */

/* Returns 0 or -errno. */
int send_frame(int descriptor, char type, const void *payload, size_t length);

/* 'F': u8 exit code, sentence. Returns 0 or -errno. */
int send_failure(int descriptor, int code, const char *sentence);

/*
 * Reads one frame: its payload, with a NUL after it, is the caller's to free. Returns 0 or -errno: -EMSGSIZE for one
 * that is too long, -EPIPE where there is none or it ends too soon.
 */
int receive_frame(int descriptor, char *type, char **payload, size_t *length);
