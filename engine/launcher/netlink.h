#pragma once

#include <stddef.h>
#include <stdint.h>

enum { NETLINK_ROOM = 4096 };

/* A conversation with the kernel about networks (netlink(7)): requests are put together, sent at once. */
struct netlink {
    int socket;
    uint32_t requests;
    size_t length;
    /* Where the request begins that is being put together. */
    size_t request;
    /* More was put than there is room for. */
    int is_full;
    /* Of the network namespace that the process was in when this was opened. */
    _Alignas(8) char bytes[NETLINK_ROOM];
};

/* Of a family: NETLINK_*. Returns 0 or -errno; close with close_netlink(). */
int open_netlink(struct netlink *netlink, int family);
void close_netlink(const struct netlink *netlink);

/* Begins a request: RTM_*, NLM_F_*, and the fixed part that messages of this type have. */
void begin_request(struct netlink *netlink, uint16_t type, uint16_t flags, const void *fixed, size_t size);

void put_attribute(struct netlink *netlink, uint16_t type, const void *value, size_t size);
void put_number(struct netlink *netlink, uint16_t type, uint32_t value);
void put_text(struct netlink *netlink, uint16_t type, const char *text);

/* An attribute made of attributes: those put between the two. The first may begin with a fixed part of its own. */
size_t begin_nest(struct netlink *netlink, uint16_t type, const void *fixed, size_t size);
void end_nest(struct netlink *netlink, size_t nest);

/*
 * Sends what was put together and reads an answer to each request. Returns 0, or -errno of the first that was refused;
 * the others were tried all the same.
 */
int perform_requests(struct netlink *netlink);

/* Takes what one message says, without its header. */
typedef void message_taker(const char *bytes, size_t size, void *taken);

/* Sends the one request that was put together, for a list of things, and has each taken. Returns 0 or -errno. */
int perform_dump(struct netlink *netlink, message_taker *take, void *taken);
