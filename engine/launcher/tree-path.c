#include "tree-path.h"

#include <stdio.h>
#include <string.h>

#include "die.h"

size_t
enter_path(struct tree_path *path, const char *name)
{
    size_t before = path->length;
    size_t size = sizeof path->text - before;
    int length = snprintf(path->text + before, size, "%s%s", before == 0 ? "" : "/", name);

    if (length < 0 || (size_t)length >= size)
        refuse(FAILED, "the tree is too deep at %.200s…", path->text);
    path->length = before + (size_t)length;
    return before;
}

void
leave_path(struct tree_path *path, size_t length)
{
    path->length = length;
    path->text[length] = '\0';
}

const char *
path_text(const struct tree_path *path)
{
    return path->length == 0 ? "." : path->text;
}

void
name_in_directory(int directory, const char *name, char *buffer, size_t size)
{
    int length = snprintf(buffer, size, "/proc/self/fd/%d/%s", directory, name);

    if (length < 0 || (size_t)length >= size)
        refuse(FAILED, "a name is too long: %.200s…", name);
}
