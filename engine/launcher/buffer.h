#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Bytes on their way: in at the end, out at the start. All zero is an empty one. */
struct buffer {
    char *bytes;
    size_t start;
    size_t length;
    size_t room;
};

/* Returns 0, or -ENOMEM with the buffer as it was. */
int append(struct buffer *buffer, const void *bytes, size_t length);
void consume(struct buffer *buffer, size_t length);
void free_buffer(struct buffer *buffer);

/* As much as the descriptor takes now. Returns 0, or -errno of a descriptor that takes no more at all. */
int write_some(struct buffer *buffer, int descriptor);

/* A frame: u8 type, u32 length (little-endian), payload. */
enum { FRAME_HEADER = 5, LARGEST_FRAME = 16 * 1024 * 1024 };

int append_frame(struct buffer *buffer, char type, const void *payload, size_t length);

/* The first whole frame of a buffer. Returns 1, 0 when it isn't whole yet, or -EMSGSIZE. Consume FRAME_HEADER + length.
 */
int first_frame(const struct buffer *buffer, char *type, const char **payload, size_t *length);
