#include "attributes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "paths.h"
#include "plan.h"

/* The kernel's own bounds (xattr(7)). */
enum { MOST_BYTES = 512 * 1024 * 1024, MOST_NAMES = 65536, MOST_VALUE = 65536 };

static void
write_field(FILE *output, const char *text)
{
    if (fwrite(text, 1, strlen(text) + 1, output) != strlen(text) + 1)
        die("write an attribute");
}

static void
write_value(FILE *output, const unsigned char *value, size_t length)
{
    for (size_t i = 0; i < length; i++)
        (void)fprintf(output, "%02x", value[i]);
    if (fputc('\0', output) == EOF)
        die("write an attribute");
}

/* Of what a descriptor is of, through its name in /proc: an O_PATH descriptor has no other way to them. */
static void
list_of(int file, const char *path, FILE *output)
{
    static char names[MOST_NAMES];
    static unsigned char value[MOST_VALUE];
    char name[32];
    const char *place = descriptor_path(file, name);
    ssize_t length = listxattr(place, names, sizeof names);

    if (length < 0 && errno != ENOTSUP)
        die("list the attributes of %s", path);
    for (const char *at = names; length > 0 && at < names + length; at += strlen(at) + 1) {
        ssize_t size = getxattr(place, at, value, sizeof value);

        /* Gone meanwhile. */
        if (size < 0 && errno == ENODATA)
            continue;
        if (size < 0)
            die("read the attribute %s of %s", at, path);
        write_field(output, path);
        write_field(output, at);
        write_value(output, value, (size_t)size);
    }
}

void
list_attributes(const char *tree, int input, int output)
{
    size_t length = 0;
    char *paths = read_all(input, MOST_BYTES, &length);
    FILE *stream = fdopen(output, "w");

    if (paths == NULL || stream == NULL)
        die("read the list of paths");
    if (length > 0 && paths[length - 1] != '\0')
        refuse(FAILED, "the list of paths ends in the middle");
    CLEANUP_FD int root = open_host(tree, O_PATH | O_DIRECTORY);
    for (const char *path = paths; path < paths + length; path += strlen(path) + 1) {
        CLEANUP_FD int file = open_beneath(root, path, O_PATH | O_NOFOLLOW, NO_LINKS);

        if (file >= 0)
            list_of(file, path, stream);
        else if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
            die("open %s", path);
    }
    if (fclose(stream) != 0)
        die("write the attributes");
    free(paths);
}
