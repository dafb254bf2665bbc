#pragma once

#include <stddef.h>

#include "plan.h"

/*
 * OP_FORGET: addresses that nobody has any more. The kernel forgets the flows from and to them (ctnetlink of its
 * nfnetlink_conntrack.h): a datagram that goes on coming for a published port would otherwise follow its flow to where
 * the container was, and what was meant for that one could reach the next with its address. Returns 0, or -errno with a
 * sentence in `reason`; a kernel that keeps no flows has none to forget.
 */
int forget_flows(const struct step *step, char *reason, size_t size);
