#pragma once

#include <stddef.h>

enum { STREAM_START = 0, STREAM_OUTPUT = 1, STREAM_ERRORS = 2, STREAM_END = 255 };

/*
 * A container's log: `log` holds the raw bytes as they came, `log.index` a record of 16 bytes for each chunk: u64
 * microseconds since 1970, u32 length, u8 stream, three zeros. Bytes are written before their record, so that a reader
 * of records never finds bytes missing. A record of STREAM_END says that nothing more comes,
 * one of STREAM_START that something may again: a container can be started many times.
 */
struct log {
    int bytes;
    int index;
};

/* In the working directory, continued where there is one already. Returns 0 or -errno. */
int open_log(struct log *log);

/* A full disk must not stop the container: what can't be written is not in the log. */
void write_log(const struct log *log, int stream, const char *bytes, size_t length);
