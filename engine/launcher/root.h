#pragma once

#include "plan.h"

/*
 * Mounts a root file system where nobody else sees it, in a mount namespace of its own, and stays there with it as its
 * working directory: others reach it as /proc/PID/cwd. A frame 'K' with the u32 pid on `reader` says that it is there;
 * it goes when nobody is at the other end any more.
 */
_Noreturn void offer_root(const struct plan *plan, int reader);
