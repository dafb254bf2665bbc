#pragma once

#include <sys/types.h>

#include "plan.h"

/*
 * What a network is made of, over rtnetlink: the bridge, a link from it into a container, and what a container sets up
 * at its end. Each function performs one step of a plan in the network namespace of its caller. They return 0 or
 * -errno, with a sentence in `reason`.
 */

/*
 * OP_LINK: name on this side, bridge, name on the other side, its hardware address, MTU, the network namespace that
 * the bridge is in, if it is another (empty if it isn't; the caller stays there), and a word where the port is to be
 * isolated. The other side is made directly in the network namespace of a process; it is down.
 */
int make_link(const struct step *step, pid_t process, char *reason, size_t size);

/*
 * OP_INTERFACE: name, gateway of IPv4, gateway of IPv6 (empty where there is none), then its addresses as
 * `address/prefix`. Raises it.
 */
int set_up_interface(const struct step *step, char *reason, size_t size);

/* OP_UNLINK: name. One that isn't there is gone already. */
int remove_link(const struct step *step, char *reason, size_t size);

/*
 * OP_BRIDGE: name, hardware address, MTU, alias (or nothing), then the addresses of its gateway as `address/prefix`.
 * EEXIST where the machine has a route to exactly that network already; nothing is left then.
 */
int make_bridge(const struct step *step, char *reason, size_t size);
