#pragma once

#include <stdbool.h>

/*
 * The launcher's resident part, one per engine: small, so that a process forked from it is ready in no time, where one
 * that the engine starts itself would cost more than all the rest of a container's start.
 *
 * Listens on `launcher.sock` in `directory`, and says so with a frame 'K' on standard output. Each connection gets a
 * process of its own, which reads what is asked for and answers (request.h): what it becomes doesn't depend on this
 * one. Ends when nobody holds the other end of standard input any more.
 *
 * `arguments` are the program's own: `estrato-launcher server DIRECTORY`.
 */
int serve(char **arguments, const char *directory);

/* Whether the arguments ask for a server; those that it goes on with in memory have room for a longer name. */
bool is_server(int count, char **arguments);
