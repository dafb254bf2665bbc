#include "die.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "frames.h"

static int status_descriptor = -1;
static bool speaks_in_frames = false;

void
report_failures_to(int descriptor)
{
    status_descriptor = descriptor;
    speaks_in_frames = false;
}

void
report_failures_in_frames_to(int descriptor)
{
    status_descriptor = descriptor;
    speaks_in_frames = true;
}

/* Of a socket one datagram: 'F', the exit code, the sentence. */
_Noreturn static void
leave(enum failure kind, const char *sentence)
{
    char message[1024];
    int length = snprintf(message, sizeof message, "F%c%s", kind, sentence);

    if (length >= (int)sizeof message)
        length = sizeof message - 1;
    if (status_descriptor < 0)
        (void)dprintf(STDERR_FILENO, "estrato-launcher: %s\n", sentence);
    else if (speaks_in_frames)
        (void)send_failure(status_descriptor, kind, sentence);
    else if (write(status_descriptor, message, (size_t)length) < 0)
        _exit(FAILED);
    _exit(kind);
}

void
die(const char *format, ...)
{
    const char *reason = strerrordesc_np(errno);
    char sentence[1000];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    if (length >= 0 && length < (int)sizeof sentence)
        (void)snprintf(
            sentence + length, sizeof sentence - (size_t)length, ": %s", reason == NULL ? "unknown error" : reason);
    leave(FAILED, sentence);
}

void
refuse(enum failure kind, const char *format, ...)
{
    char sentence[1000];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    leave(kind, sentence);
}
