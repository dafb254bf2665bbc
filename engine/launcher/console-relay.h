#pragma once

/*
 * Joins this process's own terminal, or whatever its streams are, to the master of a program's, until the process of
 * the pidfd has ended. The own terminal is raw meanwhile, and its size the program's.
 */
void relay_console(int master, int process);
