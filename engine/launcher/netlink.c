#include "netlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "cleanup.h"

int
open_netlink(struct netlink *netlink, int family)
{
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

    memset(netlink, 0, offsetof(struct netlink, bytes));
    netlink->socket = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, family);
    if (netlink->socket < 0)
        return -errno;
    if (connect(netlink->socket, (struct sockaddr *)&kernel, sizeof kernel) == 0)
        return 0;

    int error = -errno;

    close_netlink(netlink);
    return error;
}

void
close_netlink(const struct netlink *netlink)
{
    close_descriptor(&netlink->socket);
}

/* Appends, padded to the four bytes that everything of netlink begins at. Returns where it was put. */
static size_t
put(struct netlink *netlink, const void *bytes, size_t size)
{
    size_t at = netlink->length;
    size_t padded = NLMSG_ALIGN(size);

    if (padded > sizeof netlink->bytes - at) {
        netlink->is_full = true;
        return 0;
    }
    memset(netlink->bytes + at, 0, padded);
    if (size > 0)
        memcpy(netlink->bytes + at, bytes, size);
    netlink->length += padded;
    return at;
}

/* The length in the header of the request so far. */
static void
end_request(struct netlink *netlink)
{
    uint32_t length = (uint32_t)(netlink->length - netlink->request);

    memcpy(netlink->bytes + netlink->request, &length, sizeof length);
}

void
begin_request(struct netlink *netlink, uint16_t type, uint16_t flags, const void *fixed, size_t size)
{
    struct nlmsghdr header = {
        .nlmsg_type = type,
        .nlmsg_flags = (uint16_t)(flags | NLM_F_REQUEST | NLM_F_ACK),
        .nlmsg_seq = ++netlink->requests,
    };

    netlink->request = put(netlink, &header, sizeof header);
    (void)put(netlink, fixed, size);
    end_request(netlink);
}

void
put_attribute(struct netlink *netlink, uint16_t type, const void *value, size_t size)
{
    struct rtattr header = {.rta_len = (uint16_t)RTA_LENGTH(size), .rta_type = type};

    (void)put(netlink, &header, sizeof header);
    (void)put(netlink, value, size);
    end_request(netlink);
}

void
put_number(struct netlink *netlink, uint16_t type, uint32_t value)
{
    put_attribute(netlink, type, &value, sizeof value);
}

void
put_text(struct netlink *netlink, uint16_t type, const char *text)
{
    put_attribute(netlink, type, text, strlen(text) + 1);
}

size_t
begin_nest(struct netlink *netlink, uint16_t type, const void *fixed, size_t size)
{
    struct rtattr header = {.rta_type = type};
    size_t nest = put(netlink, &header, sizeof header);

    (void)put(netlink, fixed, size);
    end_nest(netlink, nest);
    return nest;
}

void
end_nest(struct netlink *netlink, size_t nest)
{
    uint16_t length = (uint16_t)(netlink->length - nest);

    memcpy(netlink->bytes + nest, &length, sizeof length);
    end_request(netlink);
}

/* Reads the answers in one datagram. Returns how many there were, or -errno of the one that refuses. */
static int
read_answers(const struct netlink *netlink)
{
    _Alignas(8) char bytes[4096];
    ssize_t got = recv(netlink->socket, bytes, sizeof bytes, 0);
    int answers = 0;

    if (got < 0)
        return errno == EINTR ? 0 : -errno;
    for (size_t at = 0; at + sizeof(struct nlmsghdr) <= (size_t)got;) {
        struct nlmsghdr header;
        int error = 0;

        memcpy(&header, bytes + at, sizeof header);
        if (header.nlmsg_len < sizeof header || header.nlmsg_len > (size_t)got - at)
            return -EBADMSG;
        if (header.nlmsg_type == NLMSG_ERROR && header.nlmsg_len >= NLMSG_LENGTH(sizeof error)) {
            memcpy(&error, bytes + at + NLMSG_HDRLEN, sizeof error);
            if (error != 0)
                return error;
            answers++;
        }
        at += NLMSG_ALIGN(header.nlmsg_len);
    }
    return answers;
}

static int
send_requests(struct netlink *netlink)
{
    ssize_t sent = 0;

    if (netlink->is_full)
        return -EMSGSIZE;
    do
        sent = send(netlink->socket, netlink->bytes, netlink->length, 0);
    while (sent < 0 && errno == EINTR);
    netlink->length = netlink->requests = 0;
    return sent < 0 ? -errno : 0;
}

int
perform_requests(struct netlink *netlink)
{
    uint32_t awaited = netlink->requests;
    int error = send_requests(netlink);

    if (error < 0)
        return error;
    while (awaited > 0) {
        int answers = read_answers(netlink);

        if (answers < 0)
            return answers;
        awaited -= (uint32_t)answers > awaited ? awaited : (uint32_t)answers;
    }
    return 0;
}

/* Has the messages in one datagram taken. Returns 1 once the last was among them, or -errno. */
static int
take_messages(const char *bytes, size_t got, message_taker *take, void *taken)
{
    for (size_t at = 0; at + sizeof(struct nlmsghdr) <= got;) {
        struct nlmsghdr header;
        int error = 0;

        memcpy(&header, bytes + at, sizeof header);
        if (header.nlmsg_len < sizeof header || header.nlmsg_len > got - at)
            return -EBADMSG;

        size_t size = header.nlmsg_len - NLMSG_HDRLEN;

        if (header.nlmsg_type == NLMSG_DONE)
            return 1;
        if (header.nlmsg_type == NLMSG_ERROR && size >= sizeof error) {
            memcpy(&error, bytes + at + NLMSG_HDRLEN, sizeof error);
            return error < 0 ? error : 1;
        }
        take(bytes + at + NLMSG_HDRLEN, size, taken);
        at += NLMSG_ALIGN(header.nlmsg_len);
    }
    return 0;
}

int
perform_dump(struct netlink *netlink, message_taker *take, void *taken)
{
    /* What the kernel sends at once is no longer (netlink(7)). */
    _Alignas(8) char bytes[32 * 1024];
    int state = send_requests(netlink);

    while (state == 0) {
        ssize_t got = recv(netlink->socket, bytes, sizeof bytes, 0);

        if (got < 0 && errno != EINTR)
            return -errno;
        if (got > 0)
            state = take_messages(bytes, (size_t)got, take, taken);
    }
    return state < 0 ? state : 0;
}
