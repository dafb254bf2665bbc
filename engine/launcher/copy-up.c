#include "copy-up.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"

/* Directories within directories: more than any image has, fewer than there are descriptors for. */
enum { DEEPEST = 200 };

static void
copy_facts(int into, const char *name, const struct stat *facts)
{
    struct timespec times[2] = {facts->st_atim, facts->st_mtim};

    if (fchownat(into, name, facts->st_uid, facts->st_gid, AT_SYMLINK_NOFOLLOW) < 0)
        die("give %s its owner", name);
    /* It has just been made, in a file system that nobody else sees yet. */
    if (!S_ISLNK(facts->st_mode) && fchmodat(into, name, facts->st_mode & 07777, 0) < 0)
        die("give %s its mode", name);
    (void)utimensat(into, name, times, AT_SYMLINK_NOFOLLOW);
}

static void
copy_file(int from, int into, const char *name)
{
    CLEANUP_FD int source = openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    CLEANUP_FD int copy = openat(into, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    ssize_t moved = source < 0 || copy < 0 ? -1 : 1;

    while (moved > 0)
        moved = sendfile(copy, source, NULL, 1 << 20);
    if (moved < 0)
        die("copy the file %s", name);
}

static void
copy_link(int from, int into, const char *name)
{
    char target[PATH_MAX];
    ssize_t length = readlinkat(from, name, target, sizeof target - 1);

    if (length < 0)
        die("read the link %s", name);
    target[length] = '\0';
    if (symlinkat(target, into, name) < 0)
        die("copy the link %s", name);
}

static void copy_entries(int from, int into, const char *name, int depth);

static void
copy_directory(int from, int into, const char *name, int depth)
{
    CLEANUP_FD int source = openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (source < 0 || mkdirat(into, name, 0700) < 0)
        die("copy the directory %s", name);

    CLEANUP_FD int copy = openat(into, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (copy < 0)
        die("copy the directory %s", name);
    copy_entries(source, copy, name, depth + 1);
}

static void
copy_entry(int from, int into, const char *name, int depth)
{
    struct stat facts = {0};

    if (fstatat(from, name, &facts, AT_SYMLINK_NOFOLLOW) < 0)
        die("look at %s", name);
    if (S_ISREG(facts.st_mode))
        copy_file(from, into, name);
    else if (S_ISDIR(facts.st_mode))
        copy_directory(from, into, name, depth);
    else if (S_ISLNK(facts.st_mode))
        copy_link(from, into, name);
    else if (mknodat(into, name, facts.st_mode, facts.st_rdev) < 0)
        die("copy %s", name);
    copy_facts(into, name, &facts);
}

static void
copy_entries(int from, int into, const char *name, int depth)
{
    DIR *entries = fdopendir(fcntl(from, F_DUPFD_CLOEXEC, 3));

    if (entries == NULL)
        die("read the directory %s", name);
    if (depth > DEEPEST)
        refuse(FAILED, "the directory %s is too deep to be copied", name);
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            copy_entry(from, into, entry->d_name, depth);
    (void)closedir(entries);
}

void
copy_up(int from, int into, const char *name)
{
    struct stat facts = {0};

    copy_entries(from, into, name, 0);
    if (fstat(from, &facts) < 0 || fchown(into, facts.st_uid, facts.st_gid) < 0 ||
        fchmod(into, facts.st_mode & 07777) < 0)
        die("give %s its owner and mode", name);
}
