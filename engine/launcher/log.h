#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STREAM_START = 0,
    STREAM_OUTPUT = 1,
    STREAM_ERRORS = 2,
    STREAM_LOST = 253,
    STREAM_SEGMENT = 254,
    STREAM_END = 255
};

/* Of a stream: what its last bytes leave open. */
struct standing {
    bool is_in_line;
    /* How many bytes its last character (UTF-8) still needs. */
    unsigned missing;
};

/*
 * A container's log, in segments (log-segments.h): the raw bytes as they came, and beside them an index with a record
 * of 16 bytes for each chunk: u64 microseconds since 1970, u32 length, u8 stream, three zeros. Bytes are written before
 * their record, so that a reader of records never finds bytes missing. A record of STREAM_END says that nothing more
 * comes, one of STREAM_START that something may again: a container can be started many times. One of STREAM_LOST has
 * in its u64 how many bytes came here and were never written (log-queue.h).
 *
 * A segment that is full is followed by another, where every stream has ended its line; where a line is too long for
 * that, between two characters. Of a rotated log the newest segments are kept, and those that somebody reads.
 */
struct log {
    /* Bytes of a segment, index included, before the next begins; 0 for one without end. */
    uint64_t most_bytes;
    /* How many segments are kept; 0 where nothing is to be written. */
    unsigned most_segments;
    int bytes;
    int index;
    /* Sizes of the two files. */
    uint64_t length;
    uint64_t records;
    /* Bytes of the log before this segment, kept or not. */
    uint64_t before;
    unsigned oldest;
    unsigned newest;
    /* The oldest that somebody reads. */
    unsigned wanted;
    /* By stream. */
    struct standing standing[2];
};

/* In the working directory, continued where there is one already. Returns 0 or -errno. */
int open_log(struct log *log);

/* A full disk must not stop the container: what can't be written is not in the log. */
void write_log(struct log *log, int stream, const char *bytes, size_t length);

/* Of bytes that came at another time (microseconds since 1970). */
void write_log_at(struct log *log, uint64_t time, int stream, const char *bytes, size_t length);

/* Now, since 1970. */
uint64_t microseconds(void);

/*
 * Segments from `wanted` on are read by somebody. One who reads too slowly finds some of them gone: a log that is to be
 * small doesn't fill the disk for anybody.
 */
void keep_log_from(struct log *log, unsigned wanted);
