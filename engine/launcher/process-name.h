#pragma once

/*
 * Writes what `ps` shows of this process over the arguments that its program was started with: their first stays,
 * `role` and `subject` follow. What has no room is cut.
 */
void name_process(char **arguments, const char *role, const char *subject);
