#pragma once

#include <sys/types.h>

#include "plan.h"

/*
 * Ports of the machine's that lead to a container, OP_PUBLISH: `tcp` or `udp`, address and port of the machine's,
 * address and port of the container's, and the network namespace that those are in, if it is another. Listening is what
 * makes them the container's: nobody else gets them. What the kernel's rules pass on by themselves never comes here;
 * the rest, [::1] and IPv6 to a container without, is relayed.
 *
 * Listens on all of a plan's and starts a process that relays, which ends with this one. Returns its pid, 0 when the
 * plan publishes nothing, or -errno with a sentence in `reason`.
 */
pid_t publish_ports(const struct plan *plan, char *reason, size_t size);

/* Ends the process that relays: from here on the ports are anybody's. 0 is none. */
void end_relay(pid_t relay);
