#include "process-name.h"

#include <string.h>

void
name_process(char **arguments, const char *role, const char *subject)
{
    char *at = arguments[0] + strlen(arguments[0]) + 1;
    char *last = at;

    /* The kernel lays them one behind the other (proc(5), cmdline). */
    for (char **argument = arguments + 1; *argument != NULL; argument++)
        last = *argument + strlen(*argument);

    for (const char *const *word = (const char *const[]){role, subject, NULL}; *word != NULL && at < last; word++) {
        size_t room = (size_t)(last - at);
        size_t length = strnlen(*word, room - 1);

        memcpy(at, *word, length);
        at[length] = '\0';
        at += length + 1;
    }
    memset(at, 0, at < last ? (size_t)(last - at) : 0);
}
