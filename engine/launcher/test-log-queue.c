#include <assert.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log-queue.h"
#include "log-segments.h"

enum { ROOM = 128 * 1024, LINE = 16, STORM = 1024 * 1024, TAKEN = 2 * 1024 * 1024, MOST_RECORDS = 10000, PAGE = 4096 };

static char taken[TAKEN];
static char storm[STORM];
static struct record records[MOST_RECORDS];

static struct log_queue *
new_queue(uint64_t most_bytes)
{
    static struct log_queue queues[8];
    static int count;
    struct log_queue *queue = &queues[count];
    char name[64];

    (void)snprintf(name, sizeof name, "../queue-%d", count++);
    *queue = (struct log_queue){.log = {.most_bytes = most_bytes, .most_segments = 1000}, .room = ROOM};
    assert(mkdir(name, 0700) == 0 && chdir(name) == 0 && open_log_queue(queue) == 0);
    return queue;
}

static void
say(struct log_queue *queue, const char *text)
{
    bring_to_log(queue, STREAM_OUTPUT, text, strlen(text));
}

static size_t
read_whole(int file, char *bytes, size_t room)
{
    size_t length = 0;

    for (ssize_t got = 1; got > 0; length += (size_t)got)
        got = read(file, bytes + length, room - length);
    return length;
}

static size_t
read_file(const char *name, void *bytes, size_t room)
{
    int file = open(name, O_RDONLY | O_CLOEXEC);
    size_t length = file < 0 ? 0 : read_whole(file, bytes, room);

    (void)close(file);
    return length;
}

/* A disk that takes nothing, until somebody reads from it; a page of zeros comes first. */
static int
stop_disk(const struct log_queue *queue)
{
    static const char zeros[PAGE];
    int ends[2];

    assert(pipe2(ends, O_CLOEXEC) == 0 && fcntl(ends[1], F_SETPIPE_SZ, PAGE) == PAGE);
    assert(write(ends[1], zeros, PAGE) == PAGE);
    assert(dup2(ends[1], queue->log.bytes) >= 0 && close(ends[1]) == 0);
    return ends[0];
}

/* The disk goes on; what it has taken by the end of the log is in `taken`. */
static size_t
end_log(struct log_queue *queue, int disk)
{
    pid_t reader = fork();

    if (reader == 0) {
        (void)close(queue->log.bytes);
        size_t length = read_whole(disk, taken, TAKEN);
        int file = creat("taken", 0600);

        _exit(write(file, taken, length) == (ssize_t)length ? 0 : 1);
    }

    int status = 1;

    bring_to_log(queue, STREAM_END, NULL, 0);
    (void)close(queue->log.bytes);
    (void)close(disk);
    assert(waitpid(reader, &status, 0) == reader && status == 0);
    return read_file("taken", taken, TAKEN);
}

/* What the records of the log say was lost. */
static uint64_t
lost_of_log(void)
{
    size_t count = read_file("log.index", records, sizeof records) / RECORD_SIZE;
    uint64_t lost = 0;

    for (size_t index = 0; index < count; index++)
        if (records[index].stream == STREAM_LOST)
            lost += records[index].time;
    assert(count > 0 && records[count - 1].stream == STREAM_END);
    return lost;
}

static void
waits_for_no_disk(void)
{
    struct log_queue *queue = new_queue(0);
    int disk = stop_disk(queue);

    for (int at = 0; at < STORM; at += LINE) {
        char line[LINE + 1];

        (void)snprintf(line, sizeof line, "%015d\n", at);
        memcpy(storm + at, line, LINE);
    }
    /* Would never be over, if it waited: nobody reads yet. */
    for (int at = 0, size = 1; at < STORM; at += size, size = size * 31 % 4999 + 1) {
        size = at + size > STORM ? STORM - at : size;
        bring_to_log(queue, STREAM_OUTPUT, storm + at, (size_t)size);
    }

    size_t length = end_log(queue, disk) - PAGE;
    const char *written = taken + PAGE;

    assert(length > ROOM / 2 && length < ROOM && length + lost_of_log() == STORM);
    /* What is lost is lost where the log says so, and up to the end of a line. */
    for (size_t index = 0, at = 0, place = 0; at < length; index++) {
        size_t size = records[index].length;

        assert(memcmp(written + at, storm + place, size) == 0);
        at += size;
        place += records[index].stream == STREAM_LOST ? records[index].time : size;
        assert(records[index].stream != STREAM_LOST || place % LINE == 0);
    }
}

static void
goes_on_with_the_next_line(void)
{
    static const char half[] = "half of a line", other[] = " and the other\n", next[] = "the next\n";
    struct log_queue *queue = new_queue(0);
    int disk = stop_disk(queue);

    memset(storm, '.', STORM);
    storm[STORM / 2] = '\n';
    /* As much as the disk and the room hold and more; then the disk goes on, and what waits gets written. */
    for (int at = 0; at < STORM / 2; at += 1024)
        bring_to_log(queue, STREAM_ERRORS, storm + at, 1024);
    say(queue, half);

    pthread_mutex_lock(&queue->lock);
    bool is_lost = queue->lost_of_line[0] == strlen(half);
    pthread_mutex_unlock(&queue->lock);
    assert(is_lost);

    size_t length = 0;

    for (bool is_full = true; is_full;) {
        length += (size_t)read(disk, taken + length, 65536);
        pthread_mutex_lock(&queue->lock);
        is_full = queue->length > ROOM / 2;
        pthread_mutex_unlock(&queue->lock);
    }
    say(queue, other);
    say(queue, next);
    length = end_log(queue, disk);
    assert(length > strlen(next) && memcmp(taken + length - strlen(next), next, strlen(next)) == 0);
    assert(taken[length - strlen(next) - 1] == '.');
    assert(lost_of_log() > strlen(half) + strlen(other));
}

static void
loses_no_more_of_a_line_than_it_must(void)
{
    struct log_queue *queue = new_queue(0);
    int disk = stop_disk(queue);
    static const char tail[] = "\x82\xac"
                               "and on";

    memset(storm, '.', STORM);
    for (int at = 0; at < STORM / 2; at += 1024)
        bring_to_log(queue, STREAM_OUTPUT, storm + at, 1024);
    for (bool is_full = true; is_full;) {
        (void)!read(disk, taken, 65536);
        pthread_mutex_lock(&queue->lock);
        is_full = queue->length > ROOM / 2;
        pthread_mutex_unlock(&queue->lock);
    }
    /* It begins in the middle of a character whose beginning was lost. */
    say(queue, tail);

    size_t length = end_log(queue, disk);

    assert(length > 7 && memcmp(taken + length - 7, ".and on", 7) == 0);
    assert(lost_of_log() > 2);
}

static void
keeps_all_that_there_is_room_for(void)
{
    struct log_queue *queue = new_queue(5000);
    size_t length = 0;
    char name[64] = "log";

    for (int at = 0; at < STORM; at++)
        storm[at] = (char)(at % 61 == 60 ? '\n' : 'a' + at * 7 % 26);
    for (int at = 0, size = 1; at < STORM / 4; at += size, size = size * 31 % 4999 + 1) {
        size = at + size > STORM / 4 ? STORM / 4 - at : size;
        bring_to_log(queue, STREAM_OUTPUT, storm + at, (size_t)size);
        /* Waits until it is written: of this disk nobody knows how quick it is. */
        bring_to_log(queue, STREAM_START, NULL, 0);
        want_log_from(queue, 0);
    }
    bring_to_log(queue, STREAM_END, NULL, 0);
    for (unsigned number = 0; number <= queue->log.newest; number++) {
        length += read_file(name, taken + length, TAKEN - length);
        (void)snprintf(name, sizeof name, "log.%u", number + 1);
    }
    assert(queue->log.newest > 10 && oldest_of_log(queue) == 0);
    assert(length == STORM / 4 && memcmp(taken, storm, length) == 0);
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
    char directory[] = "/tmp/estrato-test-log-queue-XXXXXX";

    (void)alarm(60);
    assert(mkdtemp(directory) != NULL && chdir(directory) == 0 && mkdir("here", 0700) == 0 && chdir("here") == 0);
    waits_for_no_disk();
    goes_on_with_the_next_line();
    loses_no_more_of_a_line_than_it_must();
    keeps_all_that_there_is_room_for();
    assert(nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS) == 0);
    puts("launcher: logs that wait for no disk, 4 passed");
    return 0;
}
