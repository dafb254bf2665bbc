#include "log.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cleanup.h"
#include "log-segments.h"

enum {
    /* How much longer a segment gets for a line to end, and as much again for a character. */
    SLACK = 65536,
    /* What is kept for readers beyond what the log may hold. */
    MOST_FOR_READERS = 256 * 1024 * 1024,
    MOST_SEGMENTS_FOR_READERS = 1024,
};

/* Where a segment may end. */
enum place { AFTER_A_LINE, AFTER_A_CHARACTER, ANYWHERE };

int
open_log(struct log *log)
{
    log->bytes = log->index = -1;
    log->wanted = UINT_MAX;
    if (log->most_segments == 0)
        return 0;

    int error = open_newest_segment(log);

    if (error == 0)
        keep_log_from(log, UINT_MAX);
    return error;
}

void
keep_log_from(struct log *log, unsigned wanted)
{
    uint64_t room = log->most_bytes == 0 ? 0 : MOST_FOR_READERS / log->most_bytes;
    unsigned spare = room > MOST_SEGMENTS_FOR_READERS ? MOST_SEGMENTS_FOR_READERS : (unsigned)room;
    unsigned kept = log->newest + 1 > log->most_segments ? log->newest + 1 - log->most_segments : 0;
    unsigned held = kept > spare ? kept - spare : 0;

    log->wanted = wanted;
    remove_segments(log, wanted > kept ? kept : wanted > held ? wanted : held);
}

static size_t
write_whole(int file, const char *bytes, size_t length)
{
    size_t done = 0;

    while (done < length) {
        ssize_t written = write(file, bytes + done, length - done);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            break;
        done += (size_t)written;
    }
    return done;
}

uint64_t
microseconds(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Both, or neither: bytes that have no record would be taken for those of the next. */
static void
append_chunk(struct log *log, uint64_t time, int stream, const char *bytes, size_t length)
{
    struct record record = {.time = time, .stream = (uint8_t)stream};
    size_t written = write_whole(log->bytes, bytes, length);

    if (length > 0 && written == 0)
        return;
    record.length = (uint32_t)written;
    if (write_whole(log->index, (const char *)&record, sizeof record) == sizeof record) {
        log->length += written;
        log->records += sizeof record;
        return;
    }
    if (ftruncate(log->index, (off_t)log->records) == 0 && ftruncate(log->bytes, (off_t)log->length) == 0)
        return;
    /* What can't be mended gets nothing more. */
    close_descriptor(&log->bytes);
    close_descriptor(&log->index);
    log->bytes = log->index = -1;
}

static bool
is_continued(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static unsigned
bytes_after(char lead)
{
    unsigned char byte = (unsigned char)lead;

    return byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0;
}

static void
follow(struct standing *standing, const char *bytes, size_t length)
{
    size_t from = 0;

    standing->is_in_line = bytes[length - 1] != '\n';
    if (length > 4) {
        from = length - 4;
        standing->missing = 0;
    }
    for (size_t index = from; index < length; index++)
        if (!is_continued(bytes[index]))
            standing->missing = bytes_after(bytes[index]);
        else if (standing->missing > 0)
            standing->missing--;
}

static bool
stands_at(const struct standing *standing, enum place place)
{
    return place == ANYWHERE || (standing->missing == 0 && (place == AFTER_A_CHARACTER || !standing->is_in_line));
}

/* The rest of a character, if it is in the middle of one. */
static size_t
rest_of_character(const struct standing *standing, const char *bytes, size_t length)
{
    size_t rest = 0;

    while (rest < standing->missing && rest < length && is_continued(bytes[rest]))
        rest++;
    return rest;
}

/* Lines that still fit, or else the one that has begun. 0 where a new segment is to begin first. */
static size_t
whole_lines(const struct log *log, const struct standing *standing, size_t room, const char *bytes, size_t length)
{
    const char *end = memrchr(bytes, '\n', room);

    if (end == NULL && !standing->is_in_line && log->length > 0)
        return 0;
    if (end == NULL)
        end = memchr(bytes + room, '\n', length - room);
    return end == NULL ? length : (size_t)(end - bytes) + 1;
}

/* How much of a chunk belongs to the segment that is written to; 0 where a new one is to begin first. */
static size_t
part_of_segment(const struct log *log, int stream, const char *bytes, size_t length)
{
    uint64_t used = log->length + log->records + RECORD_SIZE;
    uint64_t room = log->most_bytes > used ? log->most_bytes - used : 0;
    uint64_t over = used > log->most_bytes ? used - log->most_bytes : 0;
    enum place place = over / 2 > SLACK ? ANYWHERE : over > SLACK ? AFTER_A_CHARACTER : AFTER_A_LINE;
    const struct standing *own = &log->standing[stream - 1];
    const struct standing *other = &log->standing[2 - stream];

    if (log->most_bytes == 0 || length <= room || !stands_at(other, place))
        return length;
    if (place == AFTER_A_LINE)
        return whole_lines(log, own, (size_t)room, bytes, length);
    return place == ANYWHERE ? 0 : rest_of_character(own, bytes, length);
}

static void
write_output(struct log *log, uint64_t time, int stream, const char *bytes, size_t length)
{
    while (length > 0) {
        size_t part = part_of_segment(log, stream, bytes, length);

        if (part == 0 && begin_segment(log) == 0) {
            keep_log_from(log, log->wanted);
            continue;
        }
        /* Where there is no room for another segment, the log goes on in this one. */
        part = part == 0 ? length : part;
        append_chunk(log, time, stream, bytes, part);
        follow(&log->standing[stream - 1], bytes, part);
        bytes += part;
        length -= part;
    }
}

void
write_log_at(struct log *log, uint64_t time, int stream, const char *bytes, size_t length)
{
    if (log->most_segments == 0)
        return;
    if (stream == STREAM_OUTPUT || stream == STREAM_ERRORS)
        write_output(log, time, stream, bytes, length);
    else
        append_chunk(log, time, stream, NULL, 0);
}

void
write_log(struct log *log, int stream, const char *bytes, size_t length)
{
    write_log_at(log, microseconds(), stream, bytes, length);
}
