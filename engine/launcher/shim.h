#pragma once

#include "plan.h"

/*
 * Starts a container and keeps it: its terminal or pipes, log, exit status and exec sessions, until it has ended and
 * everybody has been told. `bundle` is its directory. Answers on standard output with one frame: 'K' and the pid, or
 * 'F', the exit code and a sentence. Returns the process's exit code.
 */
int keep_container(const char *bundle, struct plan *plan);
