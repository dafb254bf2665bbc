#include "copy-tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <search.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "paths.h"
#include "tree-path.h"

enum { MOST_VALUE = 65536, BLOCK = 512, CHUNK = 1 << 20 };

struct copying {
    int target;
    /* Of the source: what has another is mounted there. */
    dev_t device;
    struct tree_path path;
    /* Of tsearch(3): struct link, what has several names. */
    void *links;
    uint64_t bytes;
    uint64_t files;
};

struct link {
    ino_t inode;
    /* Where it was copied to, from the target. */
    char *path;
};

/* A name in the directory of each tree. */
struct pair {
    int from;
    int to;
    const char *name;
};

static int
compare_links(const void *one, const void *other)
{
    const struct link *left = one;
    const struct link *right = other;

    return (left->inode > right->inode) - (left->inode < right->inode);
}

static void
copy_xattr(const char *from, const char *to, const char *name, const struct copying *copying)
{
    static char value[MOST_VALUE];
    ssize_t length = lgetxattr(from, name, value, sizeof value);

    /* Gone meanwhile, or one that a file system makes up. */
    if (length < 0 && (errno == ENODATA || errno == ENOTSUP))
        return;
    if (length < 0 || lsetxattr(to, name, value, (size_t)length, 0) < 0)
        die("copy the attribute %s of %s", name, path_text(&copying->path));
}

static void
copy_xattrs(const struct pair *pair, const struct copying *copying)
{
    static char names[MOST_VALUE];
    char from[PATH_MAX];
    char to[PATH_MAX];

    name_in_directory(pair->from, pair->name, from, sizeof from);
    name_in_directory(pair->to, pair->name, to, sizeof to);

    ssize_t length = llistxattr(from, names, sizeof names);

    if (length < 0 && errno != ENOTSUP && errno != ENOENT)
        die("list the attributes of %s", path_text(&copying->path));
    for (const char *name = names; length > 0 && name < names + length; name += strlen(name) + 1)
        copy_xattr(from, to, name, copying);
}

/* The owner before the rest: giving a file away takes setuid and capabilities from it. Times are last. */
static void
copy_attributes(const struct pair *pair, const struct stat *stats, const struct copying *copying)
{
    const struct timespec times[2] = {stats->st_atim, stats->st_mtim};
    const char *path = path_text(&copying->path);

    if (fchownat(pair->to, pair->name, stats->st_uid, stats->st_gid, AT_SYMLINK_NOFOLLOW) < 0)
        die("give the copy of %s its owner", path);
    copy_xattrs(pair, copying);
    if (!S_ISLNK(stats->st_mode) && fchmodat(pair->to, pair->name, stats->st_mode & 07777, 0) < 0)
        die("give the copy of %s its mode", path);
    if (utimensat(pair->to, pair->name, times, AT_SYMLINK_NOFOLLOW) < 0)
        die("give the copy of %s its times", path);
}

/* Through this process, where the kernel doesn't copy by itself. Returns the bytes copied, 0 at the end. */
static ssize_t
copy_chunk(int from, int to, off_t at, size_t length)
{
    static char buffer[CHUNK];
    ssize_t got = pread(from, buffer, length < sizeof buffer ? length : sizeof buffer, at);

    return got <= 0 ? got : pwrite(to, buffer, (size_t)got, at);
}

static void
copy_range(int from, int to, off_t at, off_t end, const char *path)
{
    while (at < end) {
        off_t source = at;
        off_t destination = at;
        ssize_t copied = copy_file_range(from, &source, to, &destination, (size_t)(end - at), 0);

        if (copied < 0 && errno != ENOSPC && errno != EDQUOT && errno != EIO)
            copied = copy_chunk(from, to, at, (size_t)(end - at));
        if (copied < 0)
            die("copy the bytes of %s", path);
        /* It has become shorter meanwhile. */
        if (copied == 0)
            return;
        at += copied;
    }
}

/* Holes stay holes (lseek(2), SEEK_DATA). */
static void
copy_bytes(int from, int to, off_t size, const char *path)
{
    if (ioctl(to, FICLONE, from) == 0)
        return;
    if (ftruncate(to, size) < 0)
        die("make room for the copy of %s", path);
    for (off_t at = 0; at < size;) {
        off_t data = lseek(from, at, SEEK_DATA);

        if (data < 0 && errno == ENXIO)
            return;

        off_t hole = data < 0 ? data : lseek(from, data, SEEK_HOLE);

        if (hole < 0)
            die("look for the bytes of %s", path);
        copy_range(from, to, data, hole < size ? hole : size, path);
        at = hole;
    }
}

static void
copy_file(const struct pair *pair, const struct stat *stats, const struct copying *copying)
{
    const char *path = path_text(&copying->path);
    struct stat found = {0};
    CLEANUP_FD int from = openat(pair->from, pair->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    CLEANUP_FD int to = openat(pair->to, pair->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (from < 0 || to < 0 || fstat(from, &found) < 0)
        die("open %s to copy it", path);
    if (found.st_ino != stats->st_ino)
        refuse(FAILED, "%s was replaced while it was being copied; stop what writes there and try again", path);
    copy_bytes(from, to, stats->st_size, path);
}

static void
copy_link(const struct pair *pair, const struct copying *copying)
{
    char target[PATH_MAX];
    ssize_t length = readlinkat(pair->from, pair->name, target, sizeof target - 1);

    target[length < 0 ? 0 : length] = '\0';
    if (length < 0 || symlinkat(target, pair->to, pair->name) < 0)
        die("copy the link %s", path_text(&copying->path));
}

/* Returns whether it was: something with several names that was copied under another already. */
static int
link_known(const struct pair *pair, const struct stat *stats, struct copying *copying)
{
    struct link wanted = {.inode = stats->st_ino};

    if (stats->st_nlink < 2)
        return 0;

    struct link *const *found = tfind(&wanted, &copying->links, compare_links);

    if (found != NULL) {
        if (linkat(copying->target, (*found)->path, pair->to, pair->name, 0) < 0)
            die("link the copy of %s", path_text(&copying->path));
        return 1;
    }

    struct link *added = malloc(sizeof *added);

    if (added == NULL)
        die("remember a link");
    *added = (struct link){.inode = stats->st_ino, .path = strdup(path_text(&copying->path))};
    if (added->path == NULL || tsearch(added, &copying->links, compare_links) == NULL)
        die("remember a link");
    return 0;
}

static void copy_children(int from, int to, struct copying *copying);

static void
copy_directory(const struct pair *pair, const struct stat *stats, struct copying *copying)
{
    CLEANUP_FD int from = openat(pair->from, pair->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (from < 0 || mkdirat(pair->to, pair->name, 0700) < 0)
        die("copy the directory %s", path_text(&copying->path));

    CLEANUP_FD int to = openat(pair->to, pair->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (to < 0)
        die("open the copy of %s", path_text(&copying->path));
    if (stats->st_dev == copying->device)
        copy_children(from, to, copying);
}

static void
copy_node(const struct pair *pair, const struct stat *stats, const struct copying *copying)
{
    if (mknodat(pair->to, pair->name, stats->st_mode & (S_IFMT | 0600), stats->st_rdev) < 0)
        die("copy the node %s", path_text(&copying->path));
}

static void
copy_entry(const struct pair *pair, struct copying *copying)
{
    struct stat stats = {0};

    if (fstatat(pair->from, pair->name, &stats, AT_SYMLINK_NOFOLLOW) < 0) {
        if (errno == ENOENT)
            return;
        die("look at %s", path_text(&copying->path));
    }
    if (!S_ISDIR(stats.st_mode) && link_known(pair, &stats, copying))
        return;
    copying->files++;
    copying->bytes += (uint64_t)stats.st_blocks * BLOCK;
    if (S_ISDIR(stats.st_mode))
        copy_directory(pair, &stats, copying);
    else if (S_ISREG(stats.st_mode))
        copy_file(pair, &stats, copying);
    else if (S_ISLNK(stats.st_mode))
        copy_link(pair, copying);
    else
        copy_node(pair, &stats, copying);
    copy_attributes(pair, &stats, copying);
}

static void
copy_children(int from, int to, struct copying *copying)
{
    int again = dup(from);
    DIR *directory = again < 0 ? NULL : fdopendir(again);

    if (directory == NULL)
        die("read the directory %s", path_text(&copying->path));
    for (const struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;

        size_t before = enter_path(&copying->path, entry->d_name);

        copy_entry(&(struct pair){.from = from, .to = to, .name = entry->d_name}, copying);
        leave_path(&copying->path, before);
    }
    (void)closedir(directory);
}

/* A tree may be as deep as descriptors go: each directory on the way down holds some. */
static void
allow_depth(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* What only the one that is to be like another has goes. */
static void
remove_xattrs(int directory)
{
    static char names[MOST_VALUE];
    char place[PATH_MAX];

    name_in_directory(directory, ".", place, sizeof place);

    ssize_t length = llistxattr(place, names, sizeof names);

    for (const char *name = names; length > 0 && name < names + length; name += strlen(name) + 1)
        (void)lremovexattr(place, name);
}

void
copy_likeness(const char *from, const char *onto)
{
    static const struct copying copying;
    CLEANUP_FD int source = open_host(from, O_RDONLY | O_DIRECTORY);
    CLEANUP_FD int target = open_host(onto, O_RDONLY | O_DIRECTORY);
    struct stat stats = {0};

    if (fstat(source, &stats) < 0)
        die("look at %s", from);
    remove_xattrs(target);
    copy_attributes(&(struct pair){.from = source, .to = target, .name = "."}, &stats, &copying);
}

static void
copy_everything(int from, int into, struct copying *copying)
{
    struct stat stats = {0};

    if (fstat(from, &stats) < 0)
        die("look at the directory that is copied");
    copying->target = into;
    copying->device = stats.st_dev;
    copying->bytes = (uint64_t)stats.st_blocks * BLOCK;
    copy_children(from, into, copying);
    copy_attributes(&(struct pair){.from = from, .to = into, .name = "."}, &stats, copying);
}

void
copy_content(int from, int into)
{
    static struct copying copying;

    copy_everything(from, into, &copying);
}

void
copy_tree(const char *from, const char *into)
{
    static struct copying copying;
    CLEANUP_FD int source = open_host(from, O_RDONLY | O_DIRECTORY);
    CLEANUP_FD int target = open_host(into, O_RDONLY | O_DIRECTORY);

    /* A copy without the engine that wants it would go on in a directory that the next one sweeps. */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    allow_depth();
    (void)umask(0);
    copy_everything(source, target, &copying);
    if (syncfs(target) < 0)
        die("bring the copy of %s to the disk", from);
    (void)printf("%llu %llu\n", (unsigned long long)copying.bytes, (unsigned long long)copying.files);
}
