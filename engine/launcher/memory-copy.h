#pragma once

/*
 * Goes on as a sealed copy of this program in memory, once: /proc/PID/exe of a process on its way into a container is
 * then nothing that a container could overwrite (CVE-2019-5736). Returns 0 in the copy, or -errno.
 */
int continue_in_memory(char **arguments);
