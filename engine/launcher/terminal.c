#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <termios.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "messages.h"
#include "paths.h"
#include "steps.h"

/* A new pseudoterminal of the container's own devpts; anything else under that name is refused. */
static int
open_master(const struct launch *launch)
{
    struct statfs filesystem = {0};
    int unlocked = 0;
    int master = open_beneath(launch->root, "/dev/pts/ptmx", O_RDWR | O_NOCTTY, NO_LINKS);

    if (master < 0)
        die("open a terminal in the container");
    if (fstatfs(master, &filesystem) < 0 || filesystem.f_type != DEVPTS_SUPER_MAGIC)
        refuse(FAILED, "/dev/pts of the container is not a devpts file system");
    if (ioctl(master, TIOCSPTLCK, &unlocked) < 0)
        die("unlock the terminal");
    return master;
}

/* By descriptor, as everything: the name /dev/pts/N could be swapped. */
static void
mount_console(const struct launch *launch, int terminal)
{
    CLEANUP_FD int target = make_file_beneath(launch->root, "/dev/console");
    long tree = syscall(SYS_open_tree, terminal, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | (unsigned)AT_EMPTY_PATH);

    if (tree < 0 ||
        syscall(SYS_move_mount, (int)tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
        die("mount the terminal on /dev/console");
    (void)close((int)tree);
}

/* rows, columns, whether it is the console, uid of its owner. */
void
open_terminal(const struct step *step, struct launch *launch)
{
    struct winsize size = {
        .ws_row = (unsigned short)number_of(step, 0),
        .ws_col = (unsigned short)number_of(step, 1),
    };
    CLEANUP_FD int master = open_master(launch);
    int terminal = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);

    if (terminal < 0)
        die("open the other side of the terminal");
    if (size.ws_row > 0 && size.ws_col > 0 && ioctl(master, TIOCSWINSZ, &size) < 0)
        die("give the terminal its size");
    if (fchown(terminal, (uid_t)number_of(step, 3), (gid_t)-1) < 0)
        die("give the terminal its owner");
    if (number_of(step, 2) != 0)
        mount_console(launch, terminal);
    if (ioctl(terminal, TIOCSCTTY, 0) < 0)
        die("make the terminal the controlling one");
    if (send_descriptor(launch->status, "T", master) < 0)
        die("hand the terminal over");
    for (int index = 0; index < 3; index++)
        launch->streams[index] = terminal;
}
