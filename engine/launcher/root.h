#pragma once

#include "plan.h"

/*
 * Mounts a root file system where nobody else sees it, in a mount namespace of its own, and stays there with it as its
 * working directory: whoever started this process reaches it as /proc/PID/cwd. One byte on stdout says that it is
 * there; it goes when nobody reads stdout any more.
 */
_Noreturn void offer_root(const struct plan *plan);
