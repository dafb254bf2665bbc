#pragma once

#include <stdbool.h>

#include "client.h"

/* Takes what the kernel says of processes that have ended: of the shim's own and of those it is the subreaper of. */
void reap(struct shim *shim, int signals);

/* Tells of those that have ended and whose output has been read. */
void finish_ended(struct shim *shim);

/* Sees the container's exit status onto the disk. A disk may take its time: who asks for the end comes first. */
void settle(struct shim *shim);

/* The container has ended, and everybody has been told or has had time enough to listen. */
bool is_over(const struct shim *shim);

/* How long to wait for something to happen, in milliseconds as poll(2) takes them. */
int patience(const struct shim *shim);
