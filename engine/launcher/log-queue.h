#pragma once

#include <pthread.h>

#include "log.h"

/*
 * Between a container and its log. Without room of its own everything is written at once, and a container that prints
 * waits for the disk. With room it never does: a thread writes, and what comes while the room is full is lost, in whole
 * lines where it has some. How much is lost stands in the log, in a record of STREAM_LOST before what comes next.
 */
struct log_queue {
    /* The thread's alone where there is one. */
    struct log log;
    /* Bytes that may wait; 0 for none. */
    size_t room;

    /* What follows is for a queue with room; `lock` holds it together, and nobody holds that while the disk works. */
    pthread_mutex_t lock;
    /* There is something to do; all of it is done. */
    pthread_cond_t work;
    pthread_cond_t rest;
    bool is_working;
    /* A ring of records (log-segments.h), each with its bytes. */
    char *ring;
    size_t start;
    size_t length;
    unsigned wanted;
    unsigned oldest;
    /* Bytes that were lost and aren't told yet. */
    uint64_t lost;
    /* By stream: how much of the line that has begun was lost; 0 where the next byte is taken. */
    uint64_t lost_of_line[2];
};

/* Opens the log in the working directory. Returns 0 or -errno. */
int open_log_queue(struct log_queue *queue);

/* As write_log(). What isn't output waits for all that came before it, and is on its way to the disk on return. */
void bring_to_log(struct log_queue *queue, int stream, const char *bytes, size_t length);

/* As keep_log_from(), soon. */
void want_log_from(struct log_queue *queue, unsigned wanted);

/* The oldest segment that there is. */
unsigned oldest_of_log(struct log_queue *queue);
