#pragma once

/*
 * Writes the extended attributes of paths beneath `tree` to `output`: path, name and value in hexadecimal digits, each
 * ended by a NUL. The paths come from `input`, each ended by a NUL too; no link is followed, and what isn't there has
 * none. Or die().
 */
void list_attributes(const char *tree, int input, int output);
