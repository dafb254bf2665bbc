#include "publish.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "home.h"
#include "relay.h"

enum { PUBLISH_PROTOCOL, PUBLISH_HOST, PUBLISH_HOST_PORT, PUBLISH_TARGET, PUBLISH_TARGET_PORT, PUBLISH_HOME };

enum { BACKLOG = 1024 };

/* Returns the size of the address, 0 for text that isn't one. */
static socklen_t
read_address(const char *text, uint64_t port, struct sockaddr_storage *address)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};

    memset(address, 0, sizeof *address);
    if (port == 0 || port > 0xffff)
        return 0;
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
        memcpy(address, &v4, sizeof v4);
        return sizeof v4;
    }
    if (inet_pton(AF_INET6, text, &v6.sin6_addr) != 1)
        return 0;
    memcpy(address, &v6, sizeof v6);
    return sizeof v6;
}

/* Returns 0 or -errno; the socket is the listener's even then. */
static int
listen_on(struct listener *listener, const struct sockaddr_storage *address, socklen_t size)
{
    int on = 1;
    int type = listener->is_stream ? SOCK_STREAM : SOCK_DGRAM;

    listener->socket = socket(address->ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener->socket < 0)
        return -errno;
    /* A container that is started anew has its port at once; of datagrams the same would let two have it. */
    if (listener->is_stream)
        (void)setsockopt(listener->socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address->ss_family == AF_INET6)
        (void)setsockopt(listener->socket, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(listener->socket, (const struct sockaddr *)address, size) < 0)
        return -errno;
    if (listener->is_stream && listen(listener->socket, BACKLOG) < 0)
        return -errno;
    return 0;
}

static int
open_listener(struct listener *listener, const struct step *step, char *reason, size_t size)
{
    const char *protocol = text_of(step, PUBLISH_PROTOCOL);
    const char *host = text_of(step, PUBLISH_HOST);
    struct sockaddr_storage address;
    socklen_t length = read_address(host, number_of(step, PUBLISH_HOST_PORT), &address);

    *listener = (struct listener){.socket = -1, .is_stream = strcmp(protocol, "tcp") == 0};
    listener->target_size =
        read_address(text_of(step, PUBLISH_TARGET), number_of(step, PUBLISH_TARGET_PORT), &listener->target);

    int error = length == 0 || listener->target_size == 0 ? -EINVAL : listen_on(listener, &address, length);

    if (error < 0)
        (void)snprintf(reason, size, "listen on %s port %s of %s: %s", protocol, text_of(step, PUBLISH_HOST_PORT), host,
            strerrordesc_np(-error));
    return error;
}

/* What the shim has open is none of the relay's: nobody waits for the end of what it would hold open. */
static void
keep_only(const struct listener *listeners, size_t count)
{
    int null = open("/dev/null", O_RDWR);
    unsigned int from = 3;

    for (int stream = 0; stream < 3 && null >= 0; stream++)
        (void)dup2(null, stream);
    /* Listeners were opened in order, so their numbers rise. */
    for (size_t index = 0; index < count; index++) {
        unsigned int kept = (unsigned int)listeners[index].socket;

        if (kept > from)
            (void)close_range(from, kept - 1, 0);
        if (kept >= from)
            from = kept + 1;
    }
    (void)close_range(from, ~0U, 0);
}

static int
by_socket(const void *one, const void *other)
{
    return ((const struct listener *)one)->socket - ((const struct listener *)other)->socket;
}

static pid_t
start_relay(struct listener *listeners, size_t count, const char *home)
{
    pid_t shim = getpid();
    pid_t relay = fork();

    if (relay != 0)
        return relay < 0 ? -errno : relay;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    (void)prctl(PR_SET_NAME, "estrato-relay", 0, 0, 0);
    if (getppid() != shim || chdir("/") < 0 || (home != NULL && enter_network(home) < 0))
        _exit(1);
    qsort(listeners, count, sizeof *listeners, by_socket);
    keep_only(listeners, count);
    relay_ports(listeners, count);
}

pid_t
publish_ports(const struct plan *plan, char *reason, size_t size)
{
    size_t count = 0;
    size_t opened = 0;
    const char *home = NULL;
    pid_t relay = 0;

    for (size_t place = 0; place < plan->count; place++)
        count += plan->steps[place].operation == OP_PUBLISH;
    if (count == 0)
        return 0;

    struct listener *listeners = calloc(count, sizeof *listeners);

    if (listeners == NULL)
        relay = -ENOMEM;
    for (size_t place = 0; place < plan->count && relay == 0; place++) {
        const struct step *step = &plan->steps[place];

        if (step->operation != OP_PUBLISH)
            continue;
        relay = open_listener(&listeners[opened++], step, reason, size);
        home = step->count > PUBLISH_HOME ? text_of(step, PUBLISH_HOME) : home;
    }
    if (relay == 0) {
        relay = start_relay(listeners, count, home);
        if (relay < 0)
            (void)snprintf(reason, size, "start the relay of ports: %s", strerrordesc_np(-relay));
    }
    for (size_t index = 0; index < opened; index++)
        if (listeners[index].socket >= 0)
            (void)close(listeners[index].socket);
    free(listeners);
    return relay;
}

void
end_relay(pid_t relay)
{
    if (relay <= 0)
        return;
    (void)kill(relay, SIGKILL);
    while (waitpid(relay, NULL, 0) < 0 && errno == EINTR)
        continue;
}
