#include "layer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "paths.h"
#include "plan.h"

enum { MOST_BYTES = 512 * 1024 * 1024, MOST_VALUE = 65536 };

/* Fields that each end in a NUL. */
struct records {
    const char *at;
    const char *end;
};

static const char *
take_field(struct records *records)
{
    const char *field = records->at;
    const char *nul = memchr(field, '\0', (size_t)(records->end - field));

    if (nul == NULL)
        refuse(FAILED, "the list of what a layer needs ends in the middle");
    records->at = nul + 1;
    return field;
}

static uint64_t
take_number(struct records *records, int base)
{
    const char *field = take_field(records);
    char *end = NULL;

    errno = 0;
    uint64_t value = strtoull(field, &end, base);
    if (errno != 0 || end == field || *end != '\0')
        refuse(FAILED, "the list of what a layer needs has %.40s for a number", field);
    return value;
}

/* The directory of `path`, which is there, without following a link; the last name through `name`. */
static int
open_directory_of(int tree, const char *path, const char **name)
{
    char *folder = strdup(path);
    char *slash = folder == NULL ? NULL : strrchr(folder, '/');
    int directory = -1;

    if (folder == NULL)
        die("hold a path");
    *name = slash == NULL ? path : path + (slash - folder) + 1;
    if (slash != NULL)
        *slash = '\0';
    directory = open_beneath(tree, slash == NULL || folder[0] == '\0' ? "/" : folder, O_PATH | O_DIRECTORY, NO_LINKS);
    if (directory < 0)
        die("open the directory of %s in the layer", path);
    free(folder);
    return directory;
}

static mode_t
type_of(const char *letter)
{
    if (strcmp(letter, "p") == 0)
        return S_IFIFO;
    return strcmp(letter, "b") == 0 ? S_IFBLK : S_IFCHR;
}

/* path, c|b|p, mode (octal), major, minor, uid, gid, mtime (unix seconds). */
static void
make_node(int tree, struct records *records)
{
    const char *path = take_field(records);
    const char *name = NULL;
    CLEANUP_FD int directory = open_directory_of(tree, path, &name);
    mode_t type = type_of(take_field(records));
    mode_t mode = (mode_t)take_number(records, 8) & 07777;
    unsigned major_number = (unsigned)take_number(records, 10);
    dev_t device = makedev(major_number, (unsigned)take_number(records, 10));
    uid_t uid = (uid_t)take_number(records, 10);
    gid_t gid = (gid_t)take_number(records, 10);
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = (time_t)take_number(records, 10)}};

    if (mknodat(directory, name, type | mode, device) < 0) {
        /* In a user namespace nobody makes devices: the entry index has it, the tree goes without. */
        if (errno == EPERM && type != S_IFIFO && device != 0)
            return;
        die("make the node %s in the layer", path);
    }
    if (fchownat(directory, name, uid, gid, AT_SYMLINK_NOFOLLOW) < 0)
        die("give %s its owner in the layer", path);
    if (fchmodat(directory, name, mode, 0) < 0)
        die("give %s its mode in the layer", path);
    if (utimensat(directory, name, times, AT_SYMLINK_NOFOLLOW) < 0)
        die("give %s its time in the layer", path);
}

static int
nibble_of(char letter)
{
    if (letter >= '0' && letter <= '9')
        return letter - '0';
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

static size_t
decode_hex(const char *hex, char *value)
{
    size_t length = strlen(hex) / 2;

    if (length > MOST_VALUE || strlen(hex) % 2 != 0)
        refuse(FAILED, "an extended attribute of the layer is too long");
    for (size_t index = 0; index < length; index++) {
        int high = nibble_of(hex[2 * index]);
        int low = nibble_of(hex[2 * index + 1]);

        if (high < 0 || low < 0)
            refuse(FAILED, "an extended attribute of the layer isn't written in hex");
        value[index] = (char)(high << 4 | low);
    }
    return length;
}

/* path, name, value (hex). */
static void
set_attribute(int tree, struct records *records)
{
    static char value[MOST_VALUE];
    char folder[32];
    char target[4096 + 32];
    const char *path = take_field(records);
    const char *last = NULL;
    CLEANUP_FD int directory = open_directory_of(tree, path, &last);
    const char *name = take_field(records);
    size_t length = decode_hex(take_field(records), value);

    /* lsetxattr(2) takes a name only; the directory is pinned by its descriptor. */
    (void)snprintf(target, sizeof target, "%s/%s", descriptor_path(directory, folder), last);
    if (lsetxattr(target, name, value, length, 0) < 0 && errno != ENOTSUP)
        die("set %s of %s in the layer", name, path);
}

void
finish_layer(const char *tree, int input)
{
    size_t length = 0;
    char *bytes = read_all(input, MOST_BYTES, &length);
    CLEANUP_FD int root = open_host(tree, O_PATH | O_DIRECTORY);

    if (bytes == NULL)
        die("read the list of what a layer needs");
    (void)umask(0);
    for (struct records records = {.at = bytes, .end = bytes + length}; records.at < records.end;) {
        const char *operation = take_field(&records);

        if (strcmp(operation, "node") == 0)
            make_node(root, &records);
        else if (strcmp(operation, "xattr") == 0)
            set_attribute(root, &records);
        else
            refuse(FAILED, "the list of what a layer needs asks for %.40s", operation);
    }
    free(bytes);
}
