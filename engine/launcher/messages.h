#pragma once

/* A word and a descriptor over a unix socket (cmsg(3), SCM_RIGHTS). Returns 0 or -errno. */
int send_descriptor(int channel, const char *word, int descriptor);

/* What was sent so, or -1. `flags` as in recvmsg(2). */
int receive_descriptor(int channel, int flags);
