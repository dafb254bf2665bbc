#pragma once

/* Copies what is in the directory `from` into `into`, with owners, modes and times, or die() about `name`. */
void copy_up(int from, int into, const char *name);
