#include "links.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/in6.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "home.h"
#include "netlink.h"

enum { LINK_HOST_NAME, LINK_BRIDGE, LINK_NAME, LINK_HARDWARE, LINK_MTU, LINK_HOME, LINK_ISOLATED };
enum { INTERFACE_NAME, INTERFACE_GATEWAY4, INTERFACE_GATEWAY6, INTERFACE_ADDRESSES };
enum { BRIDGE_NAME, BRIDGE_HARDWARE, BRIDGE_MTU, BRIDGE_ALIAS, BRIDGE_ADDRESSES };

enum { HARDWARE_SIZE = 6 };

/* An address of either family with the length of its network's prefix. */
struct place {
    uint8_t family;
    uint8_t prefix;
    uint8_t size;
    uint8_t bytes[16];
};

static int
fail(int error, char *reason, size_t size, const char *what, const char *name)
{
    (void)snprintf(reason, size, "%s %s: %s", what, name, strerrordesc_np(-error));
    return error;
}

static bool
read_hardware(const char *text, uint8_t *bytes)
{
    for (size_t index = 0; index < HARDWARE_SIZE; index++) {
        char *end = NULL;
        unsigned long value = strtoul(text, &end, 16);

        if (end == text || value > 0xff || *end != (index + 1 < HARDWARE_SIZE ? ':' : '\0'))
            return false;
        bytes[index] = (uint8_t)value;
        text = end + 1;
    }
    return true;
}

/* `address` or `address/prefix`. */
static bool
read_place(const char *text, struct place *place)
{
    char address[INET6_ADDRSTRLEN];
    const char *slash = strchrnul(text, '/');

    *place = (struct place){.family = strchr(text, ':') == NULL ? AF_INET : AF_INET6};
    place->size = place->family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
    place->prefix = *slash == '\0' ? (uint8_t)(place->size * 8) : (uint8_t)strtoul(slash + 1, NULL, 10);
    if ((size_t)(slash - text) >= sizeof address || place->prefix > place->size * 8)
        return false;
    (void)snprintf(address, sizeof address, "%.*s", (int)(slash - text), text);
    return inet_pton(place->family, address, place->bytes) == 1;
}

static void
put_hardware(struct netlink *netlink, const char *text)
{
    uint8_t bytes[HARDWARE_SIZE];

    if (read_hardware(text, bytes))
        put_attribute(netlink, IFLA_ADDRESS, bytes, sizeof bytes);
}

static void
raise_link(struct netlink *netlink, int index, bool has_ipv6)
{
    struct ifinfomsg link = {.ifi_index = index};

    /* Without addresses of its own a link is not to have the one that every link gets by itself. */
    if (!has_ipv6) {
        uint8_t mode = IN6_ADDR_GEN_MODE_NONE;

        begin_request(netlink, RTM_SETLINK, 0, &link, sizeof link);

        size_t families = begin_nest(netlink, IFLA_AF_SPEC | NLA_F_NESTED, NULL, 0);
        size_t family = begin_nest(netlink, AF_INET6 | NLA_F_NESTED, NULL, 0);

        put_attribute(netlink, IFLA_INET6_ADDR_GEN_MODE, &mode, sizeof mode);
        end_nest(netlink, family);
        end_nest(netlink, families);
    }
    link.ifi_flags = link.ifi_change = IFF_UP;
    begin_request(netlink, RTM_SETLINK, 0, &link, sizeof link);
}

/* @flags beside those of every address here: nobody else on the link can have it, so that nobody is asked. */
static void
put_address(struct netlink *netlink, int index, const struct place *place, uint32_t flags)
{
    struct ifaddrmsg address = {
        .ifa_family = place->family,
        .ifa_prefixlen = place->prefix,
        .ifa_index = (uint32_t)index,
    };

    begin_request(netlink, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &address, sizeof address);
    put_attribute(netlink, IFA_LOCAL, place->bytes, place->size);
    put_attribute(netlink, IFA_ADDRESS, place->bytes, place->size);
    put_number(netlink, IFA_FLAGS, flags | (place->family == AF_INET6 ? IFA_F_NODAD : 0));
}

static void
put_default_route(struct netlink *netlink, int index, const struct place *gateway)
{
    struct rtmsg route = {
        .rtm_family = gateway->family,
        .rtm_table = RT_TABLE_MAIN,
        .rtm_protocol = RTPROT_BOOT,
        .rtm_scope = RT_SCOPE_UNIVERSE,
        .rtm_type = RTN_UNICAST,
    };

    begin_request(netlink, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, &route, sizeof route);
    put_attribute(netlink, RTA_GATEWAY, gateway->bytes, gateway->size);
    put_number(netlink, RTA_OIF, (uint32_t)index);
}

/* The route to the bridge's own network. It is exclusive: of two who want the same network, one is refused. */
static void
put_own_route(struct netlink *netlink, int index, const struct place *place)
{
    struct rtmsg route = {
        .rtm_family = place->family,
        .rtm_dst_len = place->prefix,
        .rtm_table = RT_TABLE_MAIN,
        .rtm_protocol = RTPROT_KERNEL,
        .rtm_scope = place->family == AF_INET ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE,
        .rtm_type = RTN_UNICAST,
    };
    uint8_t network[sizeof place->bytes];

    for (size_t index_of = 0; index_of < place->size; index_of++) {
        size_t before = index_of * 8;
        size_t bits = before >= place->prefix ? 0 : place->prefix - before;

        network[index_of] = (uint8_t)(place->bytes[index_of] & (bits >= 8 ? 0xff : 0xff00 >> bits));
    }
    begin_request(netlink, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &route, sizeof route);
    put_attribute(netlink, RTA_DST, network, place->size);
    put_number(netlink, RTA_OIF, (uint32_t)index);
    if (place->family == AF_INET)
        put_attribute(netlink, RTA_PREFSRC, place->bytes, place->size);
}

static void
put_veth(struct netlink *netlink, const struct step *step, pid_t process, int bridge)
{
    uint32_t mtu = (uint32_t)number_of(step, LINK_MTU);
    struct ifinfomsg link = {.ifi_flags = IFF_UP, .ifi_change = IFF_UP};
    struct ifinfomsg other = {0};

    begin_request(netlink, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof link);
    put_text(netlink, IFLA_IFNAME, text_of(step, LINK_HOST_NAME));
    put_number(netlink, IFLA_MASTER, (uint32_t)bridge);
    put_number(netlink, IFLA_MTU, mtu);

    size_t kind = begin_nest(netlink, IFLA_LINKINFO, NULL, 0);

    put_attribute(netlink, IFLA_INFO_KIND, "veth", strlen("veth"));

    size_t data = begin_nest(netlink, IFLA_INFO_DATA, NULL, 0);
    size_t peer = begin_nest(netlink, VETH_INFO_PEER, &other, sizeof other);

    put_text(netlink, IFLA_IFNAME, text_of(step, LINK_NAME));
    put_hardware(netlink, text_of(step, LINK_HARDWARE));
    put_number(netlink, IFLA_MTU, mtu);
    put_number(netlink, IFLA_NET_NS_PID, (uint32_t)process);
    end_nest(netlink, peer);
    end_nest(netlink, data);
    end_nest(netlink, kind);
}

/*
 * What a container sends to a port that it has published itself comes back out of the port it went into, where the
 * machine has its firewall look at what passes a bridge (br_netfilter). Isolated ports reach the bridge, and no other
 * that is isolated (bridge(8)).
 */
static void
put_port(struct netlink *netlink, int index, bool is_isolated)
{
    struct ifinfomsg link = {.ifi_family = AF_BRIDGE, .ifi_index = index};
    uint8_t is_on = 1;
    uint8_t isolated = is_isolated;

    begin_request(netlink, RTM_SETLINK, 0, &link, sizeof link);

    size_t port = begin_nest(netlink, IFLA_PROTINFO | NLA_F_NESTED, NULL, 0);

    put_attribute(netlink, IFLA_BRPORT_MODE, &is_on, sizeof is_on);
    put_attribute(netlink, IFLA_BRPORT_ISOLATED, &isolated, sizeof isolated);
    end_nest(netlink, port);
}

int
make_link(const struct step *step, pid_t process, char *reason, size_t size)
{
    const char *name = text_of(step, LINK_HOST_NAME);
    struct netlink netlink;
    const char *home = step->count > LINK_HOME ? text_of(step, LINK_HOME) : "";
    int error = *home == '\0' ? 0 : enter_network(home);

    if (error < 0)
        return fail(error, reason, size, "enter the network", home);

    unsigned int bridge = if_nametoindex(text_of(step, LINK_BRIDGE));

    error = bridge == 0 ? -errno : open_netlink(&netlink, NETLINK_ROUTE);
    if (error < 0)
        return fail(error, reason, size, "find the bridge", text_of(step, LINK_BRIDGE));
    put_veth(&netlink, step, process, (int)bridge);
    error = perform_requests(&netlink);
    if (error == 0) {
        put_port(&netlink, (int)if_nametoindex(name), step->count > LINK_ISOLATED);
        error = perform_requests(&netlink);
    }
    close_netlink(&netlink);
    return error == 0 ? 0 : fail(error, reason, size, "make the link", name);
}

int
set_up_interface(const struct step *step, char *reason, size_t size)
{
    const char *name = text_of(step, INTERFACE_NAME);
    int index = (int)if_nametoindex(name);
    struct netlink netlink;
    struct place place;
    bool has_ipv6 = false;
    bool is_understood = true;
    int error = index == 0 ? -errno : open_netlink(&netlink, NETLINK_ROUTE);

    if (error < 0)
        return fail(error, reason, size, "find the interface", name);
    for (size_t at = INTERFACE_ADDRESSES; at < step->count; at++)
        has_ipv6 = has_ipv6 || strchr(text_of(step, at), ':') != NULL;
    /* Without addresses it is one that is set up already, and gets routes. */
    if (step->count > INTERFACE_ADDRESSES)
        raise_link(&netlink, index, has_ipv6);
    for (size_t at = INTERFACE_ADDRESSES; at < step->count && is_understood; at++) {
        is_understood = read_place(text_of(step, at), &place);
        if (is_understood)
            put_address(&netlink, index, &place, 0);
    }
    for (size_t at = INTERFACE_GATEWAY4; at <= INTERFACE_GATEWAY6 && is_understood; at++) {
        if (*text_of(step, at) == '\0')
            continue;
        is_understood = read_place(text_of(step, at), &place);
        if (is_understood)
            put_default_route(&netlink, index, &place);
    }
    error = is_understood ? perform_requests(&netlink) : -EINVAL;
    close_netlink(&netlink);
    return error == 0 ? 0 : fail(error, reason, size, "set up the interface", name);
}

int
remove_link(const struct step *step, char *reason, size_t size)
{
    const char *name = text_of(step, 0);
    struct ifinfomsg link = {0};
    struct netlink netlink;
    int error = open_netlink(&netlink, NETLINK_ROUTE);

    if (error < 0)
        return fail(error, reason, size, "remove the link", name);
    begin_request(&netlink, RTM_DELLINK, 0, &link, sizeof link);
    put_text(&netlink, IFLA_IFNAME, name);
    error = perform_requests(&netlink);
    close_netlink(&netlink);
    return error == 0 || error == -ENODEV ? 0 : fail(error, reason, size, "remove the link", name);
}

static void
put_bridge(struct netlink *netlink, const struct step *step)
{
    struct ifinfomsg link = {0};

    begin_request(netlink, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &link, sizeof link);
    put_text(netlink, IFLA_IFNAME, text_of(step, BRIDGE_NAME));
    put_hardware(netlink, text_of(step, BRIDGE_HARDWARE));
    put_number(netlink, IFLA_MTU, (uint32_t)number_of(step, BRIDGE_MTU));

    size_t kind = begin_nest(netlink, IFLA_LINKINFO, NULL, 0);

    put_attribute(netlink, IFLA_INFO_KIND, "bridge", strlen("bridge"));
    end_nest(netlink, kind);
    /* A new link is not given one. */
    begin_request(netlink, RTM_SETLINK, 0, &link, sizeof link);
    put_text(netlink, IFLA_IFNAME, text_of(step, BRIDGE_NAME));
    put_attribute(netlink, IFLA_IFALIAS, text_of(step, BRIDGE_ALIAS), strlen(text_of(step, BRIDGE_ALIAS)));
}

/* The addresses first: a route names the one that packets are sent from. */
static int
give_addresses(struct netlink *netlink, const struct step *step, int index)
{
    struct place place;
    bool has_ipv6 = false;

    for (size_t at = BRIDGE_ADDRESSES; at < step->count; at++)
        has_ipv6 = has_ipv6 || strchr(text_of(step, at), ':') != NULL;
    raise_link(netlink, index, has_ipv6);
    for (size_t at = BRIDGE_ADDRESSES; at < step->count; at++) {
        if (!read_place(text_of(step, at), &place))
            return -EINVAL;
        put_address(netlink, index, &place, IFA_F_NOPREFIXROUTE);
        put_own_route(netlink, index, &place);
    }
    return perform_requests(netlink);
}

int
make_bridge(const struct step *step, char *reason, size_t size)
{
    const char *name = text_of(step, BRIDGE_NAME);
    const struct step made = {.operation = OP_UNLINK, .count = 1, .arguments = step->arguments};
    struct netlink netlink;
    char ignored[256];
    int error = open_netlink(&netlink, NETLINK_ROUTE);

    if (error < 0)
        return fail(error, reason, size, "make the bridge", name);
    put_bridge(&netlink, step);
    error = perform_requests(&netlink);
    if (error == 0) {
        error = give_addresses(&netlink, step, (int)if_nametoindex(name));
        if (error < 0)
            (void)remove_link(&made, ignored, sizeof ignored);
    }
    close_netlink(&netlink);
    return error == 0 ? 0 : fail(error, reason, size, "make the bridge", name);
}
