#include "buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SMALLEST_ROOM = 4096 };

static int
make_room(struct buffer *buffer, size_t length)
{
    size_t wanted = buffer->length + length;

    if (buffer->start > 0 && wanted <= buffer->room) {
        memmove(buffer->bytes, buffer->bytes + buffer->start, buffer->length);
        buffer->start = 0;
        return 0;
    }

    size_t room = buffer->room == 0 ? SMALLEST_ROOM : buffer->room;

    while (room < wanted)
        room *= 2;

    char *bytes = malloc(room);

    if (bytes == NULL)
        return -ENOMEM;
    if (buffer->length > 0)
        memcpy(bytes, buffer->bytes + buffer->start, buffer->length);
    free(buffer->bytes);
    *buffer = (struct buffer){.bytes = bytes, .length = buffer->length, .room = room};
    return 0;
}

int
append(struct buffer *buffer, const void *bytes, size_t length)
{
    if (length == 0)
        return 0;
    if (buffer->start + buffer->length + length > buffer->room && make_room(buffer, length) < 0)
        return -ENOMEM;
    memcpy(buffer->bytes + buffer->start + buffer->length, bytes, length);
    buffer->length += length;
    return 0;
}

void
consume(struct buffer *buffer, size_t length)
{
    buffer->start += length;
    buffer->length -= length;
    if (buffer->length == 0)
        buffer->start = 0;
}

void
free_buffer(struct buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}

int
write_some(struct buffer *buffer, int descriptor)
{
    while (buffer->length > 0) {
        ssize_t written = write(descriptor, buffer->bytes + buffer->start, buffer->length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno == EAGAIN ? 0 : -errno;
        consume(buffer, (size_t)written);
    }
    return 0;
}

int
append_frame(struct buffer *buffer, char type, const void *payload, size_t length)
{
    uint32_t size = (uint32_t)length;
    char header[FRAME_HEADER] = {type};

    memcpy(header + 1, &size, sizeof size);
    /* Room for both first: a frame is there whole or not at all. */
    if (buffer->start + buffer->length + FRAME_HEADER + length > buffer->room &&
        make_room(buffer, FRAME_HEADER + length) < 0)
        return -ENOMEM;
    (void)append(buffer, header, FRAME_HEADER);
    return append(buffer, payload, length);
}

int
first_frame(const struct buffer *buffer, char *type, const char **payload, size_t *length)
{
    uint32_t size = 0;

    if (buffer->length < FRAME_HEADER)
        return 0;

    const char *bytes = buffer->bytes + buffer->start;

    memcpy(&size, bytes + 1, sizeof size);
    if (size > LARGEST_FRAME)
        return -EMSGSIZE;
    if (buffer->length < FRAME_HEADER + size)
        return 0;
    *type = bytes[0];
    *payload = bytes + FRAME_HEADER;
    *length = size;
    return 1;
}
