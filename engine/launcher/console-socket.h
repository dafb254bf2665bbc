#pragma once

/*
 * Hands a terminal's master to whoever listens at `path` (runc's and crun's --console-socket), with a name for it that
 * is only for people. Returns 0 or -errno.
 */
int send_to_console_socket(const char *path, int master);
