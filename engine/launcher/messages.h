#pragma once

/* A word and a descriptor over a unix socket (cmsg(3), SCM_RIGHTS). Returns 0 or -errno. */
int send_descriptor(int channel, const char *word, int descriptor);
