#pragma once

/* One letter and a descriptor over a unix socket (cmsg(3), SCM_RIGHTS). Returns 0 or -errno. */
int send_descriptor(int channel, char letter, int descriptor);
