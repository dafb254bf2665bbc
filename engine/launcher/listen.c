#include "listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "die.h"
#include "home.h"

enum { NETWORK, ADDRESS, PORT };

static int
open_bound(int type, const char *address, const char *port)
{
    int on = 1;
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(port, NULL, 10))};
    int descriptor = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (inet_pton(AF_INET, address, &here.sin_addr) != 1)
        refuse(FAILED, "%s is no address", address);
    if (type == SOCK_STREAM)
        (void)setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&here, sizeof here) < 0)
        die("listen on port %s of %s", port, address);
    return descriptor;
}

static void
hand_over(int channel, int descriptor, const char *line)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof descriptor)];
    } control = {
        .header = {.cmsg_len = CMSG_LEN(sizeof descriptor), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    struct iovec text = {.iov_base = (void *)(unsigned long)line, .iov_len = strlen(line)};
    struct msghdr message = {
        .msg_iov = &text, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};

    memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
    if (sendmsg(channel, &message, MSG_NOSIGNAL) != (ssize_t)text.iov_len)
        die("hand over a socket");
}

void
hand_over_listeners(char **arguments)
{
    const char *channel = getenv("NODE_CHANNEL_FD");

    if (channel == NULL)
        refuse(FAILED, "listen is for a child of Node's, which has a channel to it");
    errno = -enter_network(arguments[NETWORK]);
    if (errno != 0)
        die("enter the network %s", arguments[NETWORK]);

    int datagrams = open_bound(SOCK_DGRAM, arguments[ADDRESS], arguments[PORT]);
    int streams = open_bound(SOCK_STREAM, arguments[ADDRESS], arguments[PORT]);
    int end = (int)strtol(channel, NULL, 10);

    hand_over(end, datagrams,
        "{\"cmd\":\"NODE_HANDLE\",\"type\":\"dgram.Socket\",\"dgramType\":\"udp4\",\"msg\":\"datagrams\"}\n");
    hand_over(end, streams, "{\"cmd\":\"NODE_HANDLE\",\"type\":\"net.Server\",\"msg\":\"streams\"}\n");
    exit(0);
}
