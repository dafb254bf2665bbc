#include "frames.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"

int
send_frame(int descriptor, char type, const void *payload, size_t length)
{
    struct buffer frame = {0};
    int error = append_frame(&frame, type, payload, length);

    if (error == 0)
        error = write_some(&frame, descriptor);
    free_buffer(&frame);
    return error;
}

int
send_failure(int descriptor, int code, const char *sentence)
{
    char payload[1024];
    int length = snprintf(payload, sizeof payload, "%c%s", code, sentence);

    return send_frame(descriptor, 'F', payload, length < (int)sizeof payload ? (size_t)length : sizeof payload - 1);
}

static int
read_whole(int descriptor, char *bytes, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t got = read(descriptor, bytes + done, length - done);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? -errno : -EPIPE;
        done += (size_t)got;
    }
    return 0;
}

int
receive_frame(int descriptor, char *type, char **payload, size_t *length)
{
    char header[FRAME_HEADER];
    uint32_t size = 0;
    int error = read_whole(descriptor, header, sizeof header);

    if (error < 0)
        return error;
    memcpy(&size, header + 1, sizeof size);
    if (size > LARGEST_FRAME)
        return -EMSGSIZE;
    *payload = malloc((size_t)size + 1);
    if (*payload == NULL)
        return -ENOMEM;
    error = read_whole(descriptor, *payload, size);
    if (error < 0) {
        free(*payload);
        *payload = NULL;
        return error;
    }
    (*payload)[size] = '\0';
    *type = header[0];
    *length = size;
    return 0;
}
