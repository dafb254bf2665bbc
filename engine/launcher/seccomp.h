#pragma once

#include "plan.h"

/*
 * Compiles the profile in a plan (OP_SECCOMP_*) to a BPF program and writes it to `output`; or die(). Calls that this
 * libseccomp doesn't know are left out: the default action holds for them.
 */
void write_filter(const struct plan *plan, int output);
