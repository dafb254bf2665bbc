#include "flows.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "netlink.h"

enum {
    GET = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET,
    DELETE = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE
};

struct attribute {
    uint16_t type;
    size_t size;
    const char *value;
};

/* What is looked for, and the conversation in which what was found is forgotten while the list still comes. */
struct search {
    const struct step *addresses;
    struct netlink changes;
    int error;
};

/* The attribute at the beginning of `*bytes`, which then begin after it. Returns false where there is none. */
static bool
next_attribute(const char **bytes, size_t *size, struct attribute *attribute)
{
    struct nlattr header;

    if (*size < sizeof header)
        return false;
    memcpy(&header, *bytes, sizeof header);
    if (header.nla_len < sizeof header || header.nla_len > *size)
        return false;
    attribute->type = (uint16_t)(header.nla_type & ~(NLA_F_NESTED | NLA_F_NET_BYTEORDER));
    attribute->size = header.nla_len - sizeof header;
    attribute->value = *bytes + sizeof header;

    size_t padded = NLMSG_ALIGN((size_t)header.nla_len);
    size_t step = padded > *size ? *size : padded;

    *bytes += step;
    *size -= step;
    return true;
}

static bool
is_looked_for(const struct search *search, const struct attribute *address)
{
    bool is_ipv6 = address->type == CTA_IP_V6_SRC || address->type == CTA_IP_V6_DST;
    size_t length = is_ipv6 ? sizeof(struct in6_addr) : sizeof(struct in_addr);
    char text[INET6_ADDRSTRLEN];

    if (address->size != length || inet_ntop(is_ipv6 ? AF_INET6 : AF_INET, address->value, text, sizeof text) == NULL)
        return false;
    for (size_t at = 0; at < search->addresses->count; at++)
        if (strcmp(text_of(search->addresses, at), text) == 0)
            return true;
    return false;
}

/* Whether one end of a direction (CTA_TUPLE_*) is looked for. */
static bool
has_address(const struct search *search, const struct attribute *tuple)
{
    const char *bytes = tuple->value;
    size_t size = tuple->size;
    struct attribute part;

    while (next_attribute(&bytes, &size, &part)) {
        const char *inner = part.value;
        size_t left = part.type == CTA_TUPLE_IP ? part.size : 0;
        struct attribute address;

        while (next_attribute(&inner, &left, &address))
            if (is_looked_for(search, &address))
                return true;
    }
    return false;
}

/* A flow is named by its first direction, its zone and its number. */
static void
put_name(struct netlink *netlink, const char *bytes, size_t size)
{
    struct attribute part;

    while (next_attribute(&bytes, &size, &part)) {
        if (part.type == CTA_TUPLE_ORIG)
            put_attribute(netlink, CTA_TUPLE_ORIG | NLA_F_NESTED, part.value, part.size);
        if (part.type == CTA_ZONE || part.type == CTA_ID)
            put_attribute(netlink, part.type, part.value, part.size);
    }
}

static void
forget_if_looked_for(const char *bytes, size_t size, void *taken)
{
    struct search *search = taken;
    struct nfgenmsg family;
    struct attribute part;
    bool is_found = false;

    if (size < sizeof family)
        return;
    memcpy(&family, bytes, sizeof family);
    bytes += NLMSG_ALIGN(sizeof family);
    size -= NLMSG_ALIGN(sizeof family);

    const char *rest = bytes;
    size_t left = size;

    while (!is_found && next_attribute(&rest, &left, &part))
        is_found = (part.type == CTA_TUPLE_ORIG || part.type == CTA_TUPLE_REPLY) && has_address(search, &part);
    if (!is_found)
        return;
    begin_request(&search->changes, DELETE, 0, &family, sizeof family);
    put_name(&search->changes, bytes, size);

    int error = perform_requests(&search->changes);

    /* It may have ended by itself meanwhile. */
    if (error < 0 && error != -ENOENT)
        search->error = error;
}

int
forget_flows(const struct step *step, char *reason, size_t size)
{
    struct nfgenmsg every_family = {.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0};
    struct search search = {.addresses = step};
    struct netlink list;
    int error = open_netlink(&list, NETLINK_NETFILTER);

    if (error == -EPROTONOSUPPORT)
        return 0;
    if (error == 0 && (error = open_netlink(&search.changes, NETLINK_NETFILTER)) < 0)
        close_netlink(&list);
    if (error == 0) {
        begin_request(&list, GET, NLM_F_DUMP, &every_family, sizeof every_family);
        error = perform_dump(&list, forget_if_looked_for, &search);
        close_netlink(&list);
        close_netlink(&search.changes);
    }
    error = error < 0 ? error : search.error;
    /* Nobody is there to be asked about flows: nothing has asked the kernel to keep any. */
    if (error == 0 || error == -EINVAL)
        return 0;
    (void)snprintf(reason, size, "forget the flows of a container: %s", strerrordesc_np(-error));
    return error;
}
