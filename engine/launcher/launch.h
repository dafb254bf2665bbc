#pragma once

#include "plan.h"

/* The caller has the plan written and the answer read here; what it passes on to the program begins one further. */
enum { CONTROL_DESCRIPTOR = 3, PRESERVED_FIRST };

/*
 * Starts a container's program, or one beside it, without a shim: its streams are this process's own, and whoever
 * called keeps them (the OCI runtime command). `state` is the container's state directory: a new container's gate is
 * made there, and `init` written, its pid and when it started (clock ticks since boot). Answers with 'K' and the pid,
 * or with 'F' as a shim does. Where the plan asks for a keeper, waits for the program's end, with its terminal on the
 * caller's own, and answers with 'X', its exit code and signal. Returns the exit code.
 */
int launch_program(const char *state, struct plan *plan);
