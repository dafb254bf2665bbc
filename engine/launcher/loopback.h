#pragma once

/* Raises the loopback device of the network namespace that this process is in. Returns 0 or -errno. */
int raise_loopback_device(void);
