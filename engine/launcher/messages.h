#pragma once

#include <sys/types.h>

/* A word and a descriptor over a unix socket (cmsg(3), SCM_RIGHTS). Returns 0 or -errno. */
int send_descriptor(int channel, const char *word, int descriptor);

/* What was sent so, or -1. `flags` as in recvmsg(2). */
int receive_descriptor(int channel, int flags);

/* A message, and the descriptor that came with it or -1. Returns as recvmsg(2) does. */
ssize_t receive_message(int channel, char *message, size_t size, int flags, int *descriptor);
