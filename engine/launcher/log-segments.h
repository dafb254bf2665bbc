#pragma once

#include "log.h"

/*
 * The files of a log in the working directory: `log` and `log.index` are segment 0, `log.N` and `log.N.index` the ones
 * after it. None is ever renamed: the highest N is written to, and a segment is whole once there is a higher one. The
 * index of every segment but the first begins with a record of STREAM_SEGMENT, whose u64 is how many bytes of the log
 * stand before it.
 */

enum { RECORD_SIZE = 16 };

/* u64 microseconds, u32 length, u8 stream. */
struct record {
    uint64_t time;
    uint32_t length;
    uint8_t stream;
    uint8_t zero[3];
};

/*
 * Opens the newest segment, or makes the first. What a shim that was killed or a machine without power left half
 * written at its end is cut off. Returns 0 or -errno.
 */
int open_newest_segment(struct log *log);

/* Begins the next one. Returns 0, or -errno with the one before still open. */
int begin_segment(struct log *log);

/* Removes all before `first`. */
void remove_segments(struct log *log, unsigned first);
