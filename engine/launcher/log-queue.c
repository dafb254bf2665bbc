#include "log-queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "log-segments.h"

enum {
    /* Of the smallest ring: any piece of output fits. */
    LEAST_ROOM = 128 * 1024,
    /* Of the thread, which calls nothing deep. */
    STACK = 64 * 1024,
    /* A lost line that is longer is lost no further. */
    LONGEST_LOST_LINE = 64 * 1024,
};

static void
copy_in(struct log_queue *queue, const void *bytes, size_t length)
{
    size_t at = (queue->start + queue->length) % queue->room;
    size_t first = queue->room - at < length ? queue->room - at : length;

    if (length == 0)
        return;
    memcpy(queue->ring + at, bytes, first);
    memcpy(queue->ring, (const char *)bytes + first, length - first);
    queue->length += length;
}

static void
copy_out(const struct log_queue *queue, void *bytes, size_t length)
{
    size_t first = queue->room - queue->start < length ? queue->room - queue->start : length;

    memcpy(bytes, queue->ring + queue->start, first);
    memcpy((char *)bytes + first, queue->ring, length - first);
}

static void
consume_ring(struct log_queue *queue, size_t length)
{
    queue->start = (queue->start + length) % queue->room;
    queue->length -= length;
}

static void
put(struct log_queue *queue, uint64_t time, int stream, const char *bytes, size_t length)
{
    struct record record = {.time = time, .length = (uint32_t)length, .stream = (uint8_t)stream};

    copy_in(queue, &record, sizeof record);
    copy_in(queue, bytes, length);
}

/* The oldest record, out of the ring as it lies there: nobody else changes what is in it. Called with the lock held. */
static void
write_oldest(struct log_queue *queue)
{
    struct record record;

    copy_out(queue, &record, sizeof record);
    consume_ring(queue, sizeof record);

    size_t first = queue->room - queue->start < record.length ? queue->room - queue->start : record.length;
    const char *bytes = queue->ring + queue->start;

    (void)pthread_mutex_unlock(&queue->lock);
    if (first > 0 || record.length == 0)
        write_log_at(&queue->log, record.time, record.stream, bytes, first);
    if (record.length > first)
        write_log_at(&queue->log, record.time, record.stream, queue->ring, record.length - first);
    (void)pthread_mutex_lock(&queue->lock);
    consume_ring(queue, record.length);
}

static void
remove_unwanted(struct log_queue *queue)
{
    unsigned wanted = queue->wanted;

    (void)pthread_mutex_unlock(&queue->lock);
    keep_log_from(&queue->log, wanted);
    (void)pthread_mutex_lock(&queue->lock);
}

static void *
write_for_ever(void *argument)
{
    struct log_queue *queue = argument;

    (void)pthread_mutex_lock(&queue->lock);
    for (;;) {
        queue->is_working = queue->length > 0 || queue->wanted != queue->log.wanted;
        if (!queue->is_working) {
            (void)pthread_cond_signal(&queue->rest);
            (void)pthread_cond_wait(&queue->work, &queue->lock);
            continue;
        }
        if (queue->wanted != queue->log.wanted)
            remove_unwanted(queue);
        else
            write_oldest(queue);
        queue->oldest = queue->log.oldest;
    }
    return NULL;
}

static int
start_writer(struct log_queue *queue)
{
    pthread_attr_t attributes;
    pthread_t thread;
    int error = pthread_attr_init(&attributes);

    if (error != 0)
        return -error;
    (void)pthread_attr_setstacksize(&attributes, STACK);
    (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    error = pthread_create(&thread, &attributes, write_for_ever, queue);
    (void)pthread_attr_destroy(&attributes);
    return -error;
}

int
open_log_queue(struct log_queue *queue)
{
    int error = open_log(&queue->log);

    if (queue->log.most_segments == 0)
        queue->room = 0;
    if (error < 0 || queue->room == 0)
        return error;
    if (queue->room < LEAST_ROOM)
        queue->room = LEAST_ROOM;
    queue->wanted = queue->log.wanted;
    queue->oldest = queue->log.oldest;
    queue->ring = malloc(queue->room);
    if (queue->ring == NULL)
        return -ENOMEM;
    (void)pthread_mutex_init(&queue->lock, NULL);
    (void)pthread_cond_init(&queue->work, NULL);
    (void)pthread_cond_init(&queue->rest, NULL);
    return start_writer(queue);
}

/* Called with the lock held. */
static void
await_rest(struct log_queue *queue)
{
    (void)pthread_cond_signal(&queue->work);
    while (queue->length > 0 || queue->is_working)
        (void)pthread_cond_wait(&queue->rest, &queue->lock);
}

static void
tell_lost(struct log_queue *queue)
{
    if (queue->lost > 0)
        put(queue, queue->lost, STREAM_LOST, NULL, 0);
    queue->lost = 0;
}

/* What still belongs to a line that is lost: up to its end, or to its next character where it is too long. */
static size_t
rest_of_lost_line(const struct log_queue *queue, int stream, const char *bytes, size_t length)
{
    uint64_t lost = queue->lost_of_line[stream - 1];
    const char *end = lost == 0 ? NULL : memchr(bytes, '\n', length);
    size_t rest = 0;

    if (lost == 0)
        return 0;
    if (end != NULL)
        return (size_t)(end - bytes) + 1;
    if (lost < LONGEST_LOST_LINE)
        return length;
    while (rest < length && ((unsigned char)bytes[rest] & 0xc0) == 0x80)
        rest++;
    return rest;
}

static void
lose(struct log_queue *queue, int stream, const char *bytes, size_t length)
{
    uint64_t *lost_of_line = &queue->lost_of_line[stream - 1];

    if (length == 0)
        return;
    queue->lost += length;
    *lost_of_line = bytes[length - 1] == '\n' ? 0 : *lost_of_line + length;
}

/* How much of it there is room for: all, or the lines at its beginning that fit. */
static size_t
part_with_room(const struct log_queue *queue, const char *bytes, size_t length)
{
    /* One more for what was lost, and one for what isn't output. */
    size_t used = queue->length + (size_t)3 * RECORD_SIZE;
    size_t room = queue->room > used ? queue->room - used : 0;

    if (length <= room)
        return length;

    const char *end = room == 0 ? NULL : memrchr(bytes, '\n', room);

    return end == NULL ? 0 : (size_t)(end - bytes) + 1;
}

static void
put_output(struct log_queue *queue, int stream, const char *bytes, size_t length)
{
    size_t rest = rest_of_lost_line(queue, stream, bytes, length);

    lose(queue, stream, bytes, rest);
    bytes += rest;
    length -= rest;

    size_t part = part_with_room(queue, bytes, length);

    if (part > 0) {
        queue->lost_of_line[stream - 1] = 0;
        tell_lost(queue);
        put(queue, microseconds(), stream, bytes, part);
    }
    lose(queue, stream, bytes + part, length - part);
}

void
bring_to_log(struct log_queue *queue, int stream, const char *bytes, size_t length)
{
    if (queue->room == 0) {
        write_log(&queue->log, stream, bytes, length);
        return;
    }
    (void)pthread_mutex_lock(&queue->lock);
    if (stream == STREAM_OUTPUT || stream == STREAM_ERRORS) {
        put_output(queue, stream, bytes, length);
        (void)pthread_cond_signal(&queue->work);
    } else {
        await_rest(queue);
        tell_lost(queue);
        put(queue, microseconds(), stream, NULL, 0);
        await_rest(queue);
    }
    (void)pthread_mutex_unlock(&queue->lock);
}

void
want_log_from(struct log_queue *queue, unsigned wanted)
{
    if (queue->room == 0) {
        if (wanted != queue->log.wanted)
            keep_log_from(&queue->log, wanted);
        return;
    }
    (void)pthread_mutex_lock(&queue->lock);
    if (wanted != queue->wanted) {
        queue->wanted = wanted;
        (void)pthread_cond_signal(&queue->work);
    }
    (void)pthread_mutex_unlock(&queue->lock);
}

unsigned
oldest_of_log(struct log_queue *queue)
{
    unsigned oldest = queue->log.oldest;

    if (queue->room == 0)
        return oldest;
    (void)pthread_mutex_lock(&queue->lock);
    oldest = queue->oldest;
    (void)pthread_mutex_unlock(&queue->lock);
    return oldest;
}
