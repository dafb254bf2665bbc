#include "console-relay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "buffer.h"

enum { MOST_BYTES = 32768 };
enum { OWN, MASTER, SIZES, PROCESS, WATCHED };

static void
pass_size(int master)
{
    struct winsize size = {0};

    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
        (void)ioctl(master, TIOCSWINSZ, &size);
}

/* All that the program has written so far goes to stdout. Returns whether there may be more. */
static bool
pass_output(int master)
{
    char bytes[MOST_BYTES];
    ssize_t got = read(master, bytes, sizeof bytes);

    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return true;
    for (ssize_t passed = 0; passed < got;) {
        ssize_t written = write(STDOUT_FILENO, bytes + passed, (size_t)(got - passed));
        struct pollfd room = {.fd = STDOUT_FILENO, .events = POLLOUT};

        if (written > 0)
            passed += written;
        else if (errno == EAGAIN)
            (void)poll(&room, 1, -1);
        else if (errno != EINTR)
            return false;
    }
    /* EIO: nobody has the terminal open any more. */
    return got > 0;
}

/* Returns whether there may be more. */
static bool
take_input(struct buffer *typed)
{
    char bytes[MOST_BYTES];
    ssize_t got = read(STDIN_FILENO, bytes, sizeof bytes);

    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return true;
    return got > 0 && append(typed, bytes, (size_t)got) == 0;
}

static void
relay(int master, int process, int sizes)
{
    struct signalfd_siginfo ignored;
    struct buffer typed = {0};
    bool has_input = true;
    struct pollfd watched[WATCHED] = {
        [OWN] = {.fd = STDIN_FILENO, .events = POLLIN},
        [MASTER] = {.fd = master, .events = POLLIN},
        [SIZES] = {.fd = sizes, .events = POLLIN},
        [PROCESS] = {.fd = process, .events = POLLIN},
    };

    for (;;) {
        /* A program that writes and doesn't read is read on; what is typed waits. */
        watched[OWN].fd = has_input && typed.length == 0 ? STDIN_FILENO : -1;
        watched[MASTER].events = typed.length == 0 ? POLLIN : POLLIN | POLLOUT;
        if (poll(watched, WATCHED, -1) < 0) {
            if (errno == EINTR)
                continue;
            break;
        }
        if (watched[OWN].fd >= 0 && watched[OWN].revents != 0)
            has_input = take_input(&typed);
        if (write_some(&typed, master) < 0)
            consume(&typed, typed.length);
        if (watched[SIZES].revents != 0 && read(sizes, &ignored, sizeof ignored) > 0)
            pass_size(master);
        if ((watched[MASTER].revents & ~POLLOUT) != 0) {
            if (!pass_output(master))
                watched[MASTER].fd = -1;
        } else if (watched[PROCESS].revents != 0) {
            /* Only once all it wrote has been read. */
            break;
        }
    }
    free_buffer(&typed);
}

void
relay_console(int master, int process)
{
    struct termios before;
    struct termios raw;
    sigset_t set;
    bool is_terminal = tcgetattr(STDIN_FILENO, &before) == 0;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGWINCH);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);

    int sizes = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);

    pass_size(master);
    if (is_terminal) {
        raw = before;
        cfmakeraw(&raw);
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    relay(master, process, sizes);
    if (is_terminal)
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &before);
    (void)close(sizes);
}
