#include "log-segments.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

enum { NAME_SIZE = 32, RECORDS_AT_ONCE = 1024 };

static const char new_index[] = "log.new-index";

static void
name_segment(char *name, unsigned number, const char *ending)
{
    if (number == 0)
        (void)snprintf(name, NAME_SIZE, "log%s", ending);
    else
        (void)snprintf(name, NAME_SIZE, "log.%u%s", number, ending);
}

/* `log.index`, `log.7.index`. Returns whether it is one. */
static bool
number_of_index(const char *name, unsigned *number)
{
    char again[NAME_SIZE];

    *number = strncmp(name, "log.", 4) == 0 ? (unsigned)strtoul(name + 4, NULL, 10) : 0;
    name_segment(again, *number, ".index");
    return strcmp(name, again) == 0;
}

static int
find_segments(struct log *log)
{
    DIR *directory = opendir(".");
    bool is_first = true;

    if (directory == NULL)
        return -errno;
    for (const struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        unsigned number = 0;

        if (!number_of_index(entry->d_name, &number))
            continue;
        log->oldest = is_first || number < log->oldest ? number : log->oldest;
        log->newest = is_first || number > log->newest ? number : log->newest;
        is_first = false;
    }
    (void)closedir(directory);
    return 0;
}

/*
 * How much of the two files belongs together: the records whose bytes are all there. Reads the index, which is a
 * segment's at most.
 */
static void
measure_records(struct log *log, uint64_t bytes)
{
    static struct record records[RECORDS_AT_ONCE];

    log->records = 0;
    log->length = 0;
    for (;;) {
        ssize_t got = pread(log->index, records, sizeof records, (off_t)log->records);

        for (ssize_t index = 0; index < got / RECORD_SIZE; index++) {
            if (log->length + records[index].length > bytes)
                return;
            log->length += records[index].length;
            log->records += RECORD_SIZE;
            if (records[index].stream == STREAM_SEGMENT)
                log->before = records[index].time;
        }
        if (got < (ssize_t)sizeof records)
            return;
    }
}

static int
mend_segment(struct log *log)
{
    struct stat bytes = {0};

    if (fstat(log->bytes, &bytes) < 0)
        return -errno;
    measure_records(log, (uint64_t)bytes.st_size);
    if (ftruncate(log->bytes, (off_t)log->length) < 0 || ftruncate(log->index, (off_t)log->records) < 0)
        return -errno;
    return 0;
}

int
open_newest_segment(struct log *log)
{
    char name[NAME_SIZE];
    int error = find_segments(log);

    if (error < 0)
        return error;
    name_segment(name, log->newest, "");
    log->bytes = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log->bytes < 0)
        return -errno;
    name_segment(name, log->newest, ".index");
    log->index = open(name, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return log->index < 0 ? -errno : mend_segment(log);
}

/* An index that is there has its first record. */
static int
make_index(const char *name, uint64_t before)
{
    const struct record first = {.time = before, .stream = STREAM_SEGMENT};
    int index = open(new_index, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);

    if (index < 0)
        return -errno;
    if (write(index, &first, sizeof first) == sizeof first && rename(new_index, name) == 0)
        return index;

    int error = errno;

    (void)close(index);
    return -error;
}

int
begin_segment(struct log *log)
{
    char name[NAME_SIZE];

    name_segment(name, log->newest + 1, "");

    int bytes = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);

    if (bytes < 0)
        return -errno;
    name_segment(name, log->newest + 1, ".index");

    int index = make_index(name, log->before + log->length);

    if (index < 0) {
        (void)close(bytes);
        return index;
    }
    close_descriptor(&log->bytes);
    close_descriptor(&log->index);
    log->bytes = bytes;
    log->index = index;
    log->before += log->length;
    log->length = 0;
    log->records = RECORD_SIZE;
    log->newest++;
    return 0;
}

void
remove_segments(struct log *log, unsigned first)
{
    for (; log->oldest < first; log->oldest++) {
        char name[NAME_SIZE];

        /* The bytes first: an index by which the next shim finds them goes last. */
        name_segment(name, log->oldest, "");
        (void)unlink(name);
        name_segment(name, log->oldest, ".index");
        (void)unlink(name);
    }
}
