#pragma once

#include "buffer.h"
#include "log-queue.h"
#include "process.h"

/* A connection to the shim: asks one thing with its first frame, or is attached to a process from then on. */
struct client {
    int socket;
    struct buffer in;
    struct buffer out;
    /* What it gets the output of. */
    struct process *attached;
    /* What it waits to hear the end of; the attached one too. */
    struct process *awaited;
    bool has_stdin;
    /* Segments of the log from this one on are kept for it. */
    bool reads_log;
    unsigned reads_from;
    /* Leaves once `out` is written. */
    bool is_leaving;
    bool is_gone;
    struct client *next;
};

/* A client that has this much unread makes the process wait. */
enum {
    MOST_UNREAD = 1024 * 1024,
    MOST_UNTYPED = 65536,
    MOST_REPLAYED = 65536,
    MOST_HELD = 1024 * 1024,
    HOLD_MS = 10000
};

/* What the shim keeps. */
struct shim {
    struct process *processes;
    struct client *clients;
    /* Whose arguments from `oom_files` on name where the kernel counts processes killed for memory. */
    const struct step *first;
    size_t oom_files;
    struct process *container;
    struct log_queue log;
    /* The process that relays published ports, 0 for none. */
    pid_t relay;
    /* The inode of its socket, by which it knows whether another shim has taken the name. */
    ino_t socket;
    /* The exit status is on the disk, or nobody will want it. */
    bool is_settled;
    /* When a client last took something (unix milliseconds). */
    int64_t read_at;
};

/* Takes what the client has sent so far. */
void serve_client(struct shim *shim, struct client *client);

/* Says to all who wait for it that a process has ended. */
void tell_ending(struct shim *shim, const struct process *process);

/* Output of a process, to all who are attached and to the replay. */
void pass_output(struct shim *shim, struct process *process, char type, const char *bytes, size_t length);

/* A client goes: what it was alone in holding open is closed. */
void lose_client(struct client *client);

/* Closes stdin of a process once everything typed so far is written. */
void close_input(struct process *process);
