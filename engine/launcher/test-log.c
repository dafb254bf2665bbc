#include <assert.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log-segments.h"

enum { TAKEN = 1024 * 1024 };

static char taken[TAKEN];

static size_t
read_file(const char *name, char *bytes, size_t room)
{
    FILE *file = fopen(name, "re");
    size_t length = file == NULL ? 0 : fread(bytes, 1, room, file);

    if (file != NULL)
        (void)fclose(file);
    return length;
}

static const char *
segment_name(unsigned number, const char *ending)
{
    static char name[64];

    if (number == 0)
        (void)snprintf(name, sizeof name, "log%s", ending);
    else
        (void)snprintf(name, sizeof name, "log.%u%s", number, ending);
    return name;
}

static bool
is_there(unsigned number)
{
    return access(segment_name(number, ""), F_OK) == 0 && access(segment_name(number, ".index"), F_OK) == 0;
}

/* The bytes of the segments, from the oldest on. */
static size_t
read_segments(const struct log *log)
{
    size_t length = 0;

    for (unsigned number = log->oldest; number <= log->newest; number++)
        length += read_file(segment_name(number, ""), taken + length, TAKEN - length);
    return length;
}

static void
close_log(const struct log *log)
{
    (void)close(log->bytes);
    (void)close(log->index);
}

static void
say(struct log *log, int stream, const char *text)
{
    write_log(log, stream, text, strlen(text));
}

static struct log
new_log(uint64_t most_bytes, unsigned most_segments)
{
    struct log log = {.most_bytes = most_bytes, .most_segments = most_segments};
    static int count;
    char name[64];

    (void)snprintf(name, sizeof name, "../log-%d", count++);
    assert(mkdir(name, 0700) == 0 && chdir(name) == 0 && open_log(&log) == 0);
    return log;
}

static void
keeps_the_newest_segments(void)
{
    struct log log = new_log(200, 3);

    for (int line = 0; line < 100; line++)
        say(&log, STREAM_OUTPUT, "a line of some bytes\n");
    assert(log.newest > 10 && log.oldest == log.newest - 2);
    assert(!is_there(0) && !is_there(log.oldest - 1));
    for (unsigned number = log.oldest; number <= log.newest; number++) {
        size_t length = read_file(segment_name(number, ""), taken, TAKEN);
        size_t records = read_file(segment_name(number, ".index"), taken + length, TAKEN - length);

        assert(is_there(number) && length + records <= 200 && taken[length - 1] == '\n');
    }
    /* Each says how much stands before it. */
    struct record first;

    assert(read_file(segment_name(log.newest, ".index"), (char *)&first, sizeof first) == sizeof first);
    assert(first.stream == STREAM_SEGMENT && first.time == log.before);
    assert(log.before + log.length == 2100);
    close_log(&log);
}

static void
is_whole_lines_of_a_large_chunk(void)
{
    static char chunk[65536];
    struct log log = new_log(1000, 1000);

    for (size_t at = 0; at < sizeof chunk; at += 8)
        memcpy(chunk + at, "1234567\n", 8);
    write_log(&log, STREAM_OUTPUT, chunk, sizeof chunk);
    assert(log.newest > 60 && read_segments(&log) == sizeof chunk && memcmp(taken, chunk, sizeof chunk) == 0);
    for (unsigned number = 0; number <= log.newest; number++)
        assert(read_file(segment_name(number, ""), taken, TAKEN) % 8 == 0);
    close_log(&log);
}

/* A line that never ends is cut between two of its characters, wherever the chunks are. */
static void
cuts_no_character(void)
{
    static char text[600000];
    static const char *const characters[] = {"x", "é", "€", "😀"};
    struct log log = new_log(1000, 1000);
    size_t length = 0;

    for (unsigned seed = 7; length < sizeof text - 4; seed = seed * 1103515245 + 12345) {
        const char *character = characters[seed >> 16 & 3];

        memcpy(text + length, character, strlen(character));
        length += strlen(character);
    }
    for (size_t at = 0, size = 1; at < length; at += size, size = size * 31 % 4999 + 1) {
        size = at + size > length ? length - at : size;
        write_log(&log, STREAM_ERRORS, text + at, size);
    }
    assert(log.newest > 5 && read_segments(&log) == length && memcmp(taken, text, length) == 0);
    for (unsigned number = 1; number <= log.newest; number++) {
        assert(read_file(segment_name(number, ""), taken, TAKEN) > 0);
        assert(((unsigned char)taken[0] & 0xc0) != 0x80);
    }
    close_log(&log);
}

/* Both streams end their lines before a segment does. */
static void
waits_for_the_other_stream(void)
{
    struct log log = new_log(300, 1000);

    say(&log, STREAM_OUTPUT, "a question: ");
    for (int line = 0; line < 40; line++)
        say(&log, STREAM_ERRORS, "a line of the other stream\n");
    assert(log.newest == 0);
    say(&log, STREAM_OUTPUT, "answered\n");
    say(&log, STREAM_ERRORS, "a line of the other stream\n");
    assert(log.newest == 1);
    close_log(&log);
}

static void
keeps_what_is_read(void)
{
    struct log log = new_log(200, 2);

    keep_log_from(&log, 0);
    for (int line = 0; line < 200; line++)
        say(&log, STREAM_OUTPUT, "a line of some bytes\n");
    assert(log.oldest == 0 && is_there(0) && read_segments(&log) == 4200);
    keep_log_from(&log, 10);
    assert(log.oldest == 10 && !is_there(9) && is_there(10));
    keep_log_from(&log, UINT_MAX);
    assert(log.oldest == log.newest - 1);
    /* Whoever reads nothing for ever doesn't fill the disk. */
    keep_log_from(&log, log.newest);
    for (int line = 0; line < 20000; line++)
        say(&log, STREAM_OUTPUT, "a line of some bytes\n");
    assert(log.oldest == log.newest - 1 - 1024);
    close_log(&log);
}

static void
goes_on_where_it_was(void)
{
    struct log log = new_log(200, 100);

    for (int line = 0; line < 20; line++)
        say(&log, STREAM_OUTPUT, "a line of some bytes\n");
    close_log(&log);

    struct log again = {.most_bytes = 200, .most_segments = 2};

    assert(open_log(&again) == 0);
    assert(again.newest == log.newest && again.before == log.before && again.length == log.length);
    assert(again.records == log.records && again.oldest == again.newest - 1);
    say(&again, STREAM_OUTPUT, "one more\n");
    assert(again.before + again.length == 429);
    close_log(&again);
}

/* What was killed between two writes: bytes without a record, half a record, a segment without an index. */
static void
mends_what_was_half_written(void)
{
    struct log log = new_log(0, 1);

    say(&log, STREAM_OUTPUT, "whole\n");
    assert(write(log.bytes, "half", 4) == 4);
    close_log(&log);
    assert(open_log(&log) == 0);
    say(&log, STREAM_OUTPUT, "next\n");
    assert(write(log.index, "half", 4) == 4);
    close_log(&log);
    assert(close(creat("log.1", 0600)) == 0 && close(creat("log.new-index", 0600)) == 0);
    assert(open_log(&log) == 0 && log.newest == 0);
    say(&log, STREAM_OUTPUT, "last\n");
    assert(read_segments(&log) == 16 && memcmp(taken, "whole\nnext\nlast\n", 16) == 0);
    assert(read_file("log.index", taken, TAKEN) == (size_t)3 * RECORD_SIZE);
    /* Without power, records may be on the disk whose bytes are not. */
    assert(truncate("log", 12) == 0);
    close_log(&log);
    assert(open_log(&log) == 0 && log.length == 11 && log.records == (uint64_t)2 * RECORD_SIZE);
    close_log(&log);
}

static void
writes_nothing_where_nothing_is_kept(void)
{
    struct log log = new_log(200, 0);

    say(&log, STREAM_OUTPUT, "a line\n");
    write_log(&log, STREAM_END, NULL, 0);
    assert(!is_there(0));
}

static int
remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

int
main(void)
{
    char directory[] = "/tmp/estrato-test-log-XXXXXX";

    assert(mkdtemp(directory) != NULL && chdir(directory) == 0 && mkdir("here", 0700) == 0 && chdir("here") == 0);
    keeps_the_newest_segments();
    is_whole_lines_of_a_large_chunk();
    cuts_no_character();
    waits_for_the_other_stream();
    keeps_what_is_read();
    goes_on_where_it_was();
    mends_what_was_half_written();
    writes_nothing_where_nothing_is_kept();
    assert(nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS) == 0);
    puts("launcher: logs, 8 passed");
    return 0;
}
