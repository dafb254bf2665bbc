#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cleanup.h"
#include "die.h"
#include "frames.h"
#include "layer-keeper.h"
#include "listener.h"
#include "memory-copy.h"
#include "network-pool.h"
#include "request.h"
#include "standard-streams.h"

/* Room for the longest path of a container's directory, and then some. */
enum { ROOM_FOR_NAME = 4200 };

static const char socket_name[] = "launcher.sock";

bool
is_server(int count, char **arguments)
{
    return count >= 3 && count <= 4 && strcmp(arguments[1], "server") == 0;
}

/* The arguments once more, with an empty one after them that a shim's longer name has room in. */
static void
continue_with_room(char **arguments)
{
    char room[ROOM_FOR_NAME];
    char *wider[] = {arguments[0], arguments[1], arguments[2], room, NULL};

    memset(room, ' ', sizeof room - 1);
    room[sizeof room - 1] = '\0';
    errno = -continue_in_memory(arguments[3] == NULL ? wider : arguments);
    if (errno != 0)
        die("go on as a copy in memory");
}

/* What the server has for itself: whoever asks has a connection. */
static void
leave_server(int listener, const struct asked *asked)
{
    forget_standard_streams();
    (void)close(listener);
    close_descriptor(&asked->layers);
    (void)signal(SIGCHLD, SIG_DFL);
    (void)setsid();
}

static void
answer_next(int listener, const struct asked *asked)
{
    CLEANUP_FD int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

    if (connection < 0)
        return;

    pid_t child = fork();

    if (child < 0)
        (void)send_failure(connection, FAILED, "The machine has no room for another process.");
    if (child != 0)
        return;
    leave_server(listener, asked);
    answer_request(connection, asked);
}

/* At the first request: most of what is started needs none. Without one, each mounts for itself. */
static void
start_keeper(int listener, struct asked *asked)
{
    pid_t server = getpid();
    pid_t keeper = fork();

    if (keeper == 0) {
        int layers = fcntl(asked->layers, F_DUPFD_CLOEXEC, 3);

        leave_server(listener, asked);
        leave_network_pool(&asked->networks);
        keep_layers(layers, asked->arguments, server);
    }
    (void)close(asked->layers);
    asked->layers = -1;
}

int
serve(char **arguments, const char *directory)
{
    struct asked asked = {.arguments = arguments};

    continue_with_room(arguments);
    if (chdir(directory) < 0)
        die("go to the engine's directory %s", directory);
    /* Nobody waits for what is forked here: it answers by itself. */
    (void)signal(SIGCHLD, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    open_network_pool(&asked.networks, arguments);
    asked.layers = open_layer_socket();

    int listener = open_listener(socket_name);

    if (listener < 0) {
        errno = -listener;
        die("listen in %s", directory);
    }

    ino_t socket = inode_of(socket_name);

    if (send_frame(STDOUT_FILENO, 'K', NULL, 0) < 0)
        die("say that the server is there");
    for (;;) {
        struct pollfd polled[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = listener, .events = POLLIN},
            {.fd = asked.layers, .events = POLLIN}};

        if (poll(polled, 3, -1) < 0 && errno != EINTR)
            die("wait for requests");
        if (polled[0].revents != 0)
            break;
        if (polled[1].revents != 0)
            answer_next(listener, &asked);
        if (polled[2].revents != 0)
            start_keeper(listener, &asked);
    }
    /* The next engine's server may have the name already. */
    if (inode_of(socket_name) == socket) {
        (void)unlink(socket_name);
        remove_layer_socket();
    }
    return 0;
}
