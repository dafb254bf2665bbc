#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    /* Bytes that are on their way in one direction of a connection, and the largest datagram. */
    ROOM = 65536,
    MOST_CHANNELS = 4096,
    /* Whoever has sent and got no datagram for so long has left: there is nothing else to tell it by. */
    QUIET_SECONDS = 90,
};

/* One direction of a connection. */
struct flow {
    size_t start;
    size_t length;
    /* The sender has no more to say. */
    bool has_ended;
    /* And the receiver has been told. */
    bool is_closed;
    char bytes[ROOM];
};

/* A client and the container: two sockets of a connection, or a client's address and a socket for its answers. */
struct channel {
    const struct listener *listener;
    /* The client's, -1 of datagrams, and the container's. */
    int sockets[2];
    /* By the side that sends; of connections alone. */
    struct flow *flows[2];
    bool is_connecting;
    bool is_over;
    struct sockaddr_storage client;
    socklen_t client_size;
    time_t used_at;
    /* Where its sockets are among those that are waited for. */
    size_t polled[2];
    struct channel *next;
};

static struct channel *channels;
static size_t channel_count;
static size_t most_channels;

static time_t
now_seconds(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static void
forget_channel(struct channel *channel)
{
    for (int side = 0; side < 2; side++) {
        if (channel->sockets[side] >= 0)
            (void)close(channel->sockets[side]);
        free(channel->flows[side]);
    }
    free(channel);
}

/* Returns NULL when there are too many, or the container can't be reached at all. Takes the client's socket over. */
static struct channel *
open_channel(const struct listener *listener, int client)
{
    int type = listener->is_stream ? SOCK_STREAM : SOCK_DGRAM;
    struct channel *channel = channel_count < most_channels ? calloc(1, sizeof *channel) : NULL;

    if (channel == NULL) {
        if (client >= 0)
            (void)close(client);
        return NULL;
    }
    channel->listener = listener;
    channel->sockets[0] = client;
    channel->sockets[1] = socket(listener->target.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    for (int side = 0; side < 2 && listener->is_stream; side++)
        channel->flows[side] = calloc(1, sizeof *channel->flows[side]);

    bool has_room = !listener->is_stream || (channel->flows[0] != NULL && channel->flows[1] != NULL);
    bool is_begun =
        channel->sockets[1] >= 0 &&
        (connect(channel->sockets[1], (const struct sockaddr *)&listener->target, listener->target_size) == 0 ||
            errno == EINPROGRESS);

    if (!has_room || !is_begun) {
        forget_channel(channel);
        return NULL;
    }
    channel->is_connecting = listener->is_stream;
    channel->used_at = now_seconds();
    channel->next = channels;
    channels = channel;
    channel_count++;
    return channel;
}

static void
take_connections(const struct listener *listener)
{
    for (;;) {
        int client = accept4(listener->socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (client < 0)
            return;
        (void)open_channel(listener, client);
    }
}

static struct channel *
channel_of(const struct listener *listener, const struct sockaddr_storage *client, socklen_t size)
{
    struct channel *found = channels;

    while (found != NULL &&
           (found->listener != listener || found->client_size != size || memcmp(&found->client, client, size) != 0))
        found = found->next;
    if (found != NULL || (found = open_channel(listener, -1)) == NULL)
        return found;
    memcpy(&found->client, client, size);
    found->client_size = size;
    return found;
}

/* A datagram that can't be passed on is lost, as datagrams are. */
static void
take_datagrams(const struct listener *listener)
{
    static char bytes[ROOM];

    for (;;) {
        struct sockaddr_storage client;
        socklen_t size = sizeof client;
        ssize_t got = recvfrom(listener->socket, bytes, sizeof bytes, 0, (struct sockaddr *)&client, &size);

        if (got < 0)
            return;

        struct channel *channel = channel_of(listener, &client, size);

        if (channel == NULL)
            continue;
        channel->used_at = now_seconds();
        (void)send(channel->sockets[1], bytes, (size_t)got, MSG_NOSIGNAL);
    }
}

static void
return_datagrams(struct channel *channel)
{
    static char bytes[ROOM];
    ssize_t got = 0;

    while ((got = recv(channel->sockets[1], bytes, sizeof bytes, 0)) >= 0) {
        channel->used_at = now_seconds();
        (void)sendto(channel->listener->socket, bytes, (size_t)got, MSG_NOSIGNAL,
            (const struct sockaddr *)&channel->client, channel->client_size);
    }
}

static void
read_side(struct channel *channel, int side)
{
    struct flow *flow = channel->flows[side];
    ssize_t got = recv(channel->sockets[side], flow->bytes, sizeof flow->bytes, 0);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got < 0)
        channel->is_over = true;
    else if (got == 0)
        flow->has_ended = true;
    else
        flow->length = (size_t)got;
    flow->start = 0;
}

static void
write_side(struct channel *channel, int side)
{
    struct flow *flow = channel->flows[1 - side];

    while (flow->length > 0) {
        ssize_t sent = send(channel->sockets[side], flow->bytes + flow->start, flow->length, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0) {
            channel->is_over = channel->is_over || errno != EAGAIN;
            return;
        }
        flow->start += (size_t)sent;
        flow->length -= (size_t)sent;
    }
    if (flow->has_ended && !flow->is_closed) {
        flow->is_closed = true;
        (void)shutdown(channel->sockets[side], SHUT_WR);
    }
}

/* A container that doesn't want the connection ends the client's. */
static void
finish_connecting(struct channel *channel)
{
    int error = 0;
    socklen_t size = sizeof error;

    if (getsockopt(channel->sockets[1], SOL_SOCKET, SO_ERROR, &error, &size) < 0 || error != 0)
        channel->is_over = true;
    channel->is_connecting = false;
}

static void
serve_connection(struct channel *channel, const short *happened)
{
    if (channel->is_connecting && happened[1] == 0)
        return;
    if (channel->is_connecting)
        finish_connecting(channel);
    for (int side = 0; side < 2 && !channel->is_over; side++)
        if (happened[side] & (POLLIN | POLLHUP | POLLERR) && channel->flows[side]->length == 0 &&
            !channel->flows[side]->has_ended)
            read_side(channel, side);
    for (int side = 0; side < 2 && !channel->is_over; side++)
        write_side(channel, side);
    channel->is_over = channel->is_over || (channel->flows[0]->is_closed && channel->flows[1]->is_closed);
}

/* What is worth waiting for: room where there is something to write, something to read where there is room. */
static int
wishes(const struct channel *channel, int side)
{
    if (!channel->listener->is_stream)
        return POLLIN;
    if (channel->is_connecting)
        return side == 1 ? POLLOUT : 0;

    bool reads = channel->flows[side]->length == 0 && !channel->flows[side]->has_ended;
    bool writes = channel->flows[1 - side]->length > 0;

    if (reads && writes)
        return POLLIN | POLLOUT;
    return reads ? POLLIN : writes ? POLLOUT : 0;
}

static nfds_t
watch_channels(struct pollfd *polled, nfds_t count)
{
    for (struct channel *channel = channels; channel != NULL; channel = channel->next)
        for (int side = 0; side < 2; side++) {
            int events = channel->sockets[side] < 0 ? 0 : wishes(channel, side);

            channel->polled[side] = count;
            /* One that nothing is wished of is left alone, its end included: poll(2) would tell of it over and over. */
            polled[count++] = (struct pollfd){.fd = events == 0 ? -1 : channel->sockets[side], .events = (short)events};
        }
    return count;
}

static void
serve_channels(const struct pollfd *polled)
{
    time_t now = now_seconds();

    for (struct channel **link = &channels; *link != NULL;) {
        struct channel *channel = *link;
        short happened[2] = {polled[channel->polled[0]].revents, polled[channel->polled[1]].revents};

        if (channel->listener->is_stream)
            serve_connection(channel, happened);
        else if (happened[1] != 0)
            return_datagrams(channel);
        if (!channel->listener->is_stream && now > channel->used_at + QUIET_SECONDS)
            channel->is_over = true;
        if (!channel->is_over) {
            link = &channel->next;
            continue;
        }
        *link = channel->next;
        channel_count--;
        forget_channel(channel);
    }
}

static void
serve_listeners(const struct listener *listeners, size_t count, const struct pollfd *polled)
{
    for (size_t index = 0; index < count; index++) {
        if (polled[index].revents == 0)
            continue;
        if (listeners[index].is_stream)
            take_connections(&listeners[index]);
        else
            take_datagrams(&listeners[index]);
    }
}

/* Two descriptors each: one that can't be taken is left waiting, not asked for over and over. */
static size_t
affordable_channels(size_t listeners)
{
    enum { OTHERS = 16 };
    struct rlimit limit = {0};

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur < listeners + OTHERS)
        return 1;

    size_t affordable = (limit.rlim_cur - listeners - OTHERS) / 2;

    return affordable < MOST_CHANNELS ? affordable : MOST_CHANNELS;
}

void
relay_ports(const struct listener *listeners, size_t count)
{
    most_channels = affordable_channels(count);

    struct pollfd *polled = calloc(count + (size_t)2 * MOST_CHANNELS, sizeof *polled);

    while (polled != NULL) {
        bool is_full = channel_count >= most_channels;

        for (size_t index = 0; index < count; index++)
            polled[index] = (struct pollfd){.fd = is_full ? -1 : listeners[index].socket, .events = POLLIN};

        nfds_t watched = watch_channels(polled, count);

        if (poll(polled, watched, channels == NULL ? -1 : QUIET_SECONDS * 1000) < 0 && errno != EINTR)
            break;
        /* Those that are there already first: new ones aren't among what was waited for. */
        serve_channels(polled);
        serve_listeners(listeners, count, polled);
    }
    _exit(1);
}
