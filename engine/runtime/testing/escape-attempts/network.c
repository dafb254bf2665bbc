/* The machine's network. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "attempts.h"

static long
connect_abstract(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(words[0]);
    int client = socket(AF_UNIX, SOCK_STREAM, 0);

    memcpy(address.sun_path + 1, words[0], length);
    return connect(
        client, (struct sockaddr *)&address, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length));
}

static long
see_interface(void)
{
    return if_nametoindex(words[0]) == 0 ? -1 : 0;
}

/* A new interface is asked for with a flag that there isn't, by whoever may ask
 * at all. */
static long
change_network(void)
{
    struct {
        struct nlmsghdr header;
        struct ifinfomsg message;
    } request = {
        .header = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_SETLINK, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK},
        .message = {.ifi_family = AF_UNSPEC, .ifi_index = 1},
    };
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
        char rest[512];
    } answer = {0};
    int kernel = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

    if (send(kernel, &request, sizeof request, 0) < 0 || recv(kernel, &answer, sizeof answer, 0) < 0)
        return -1;
    errno = -answer.error.error;
    return answer.error.error == 0 ? 0 : -1;
}

static long
open_tcp(void)
{
    struct {
        uint16_t family;
        uint16_t port;
        uint32_t address;
        char zero[8];
    } address = {AF_INET, (uint16_t)((number(0) & 255) << 8 | number(0) >> 8), 0x0100007f, {0}};
    int client = socket(AF_INET, SOCK_STREAM, 0);

    return connect(client, (struct sockaddr *)&address, sizeof address);
}

const struct attempt network_attempts[] = {
    {"abstract-socket", connect_abstract},
    {"interface", see_interface},
    {"netlink", change_network},
    {"tcp", open_tcp},
    {NULL, NULL},
};
