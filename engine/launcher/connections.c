#include "connections.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"

struct client *
add_client(struct shim *shim, int connection)
{
    struct client *client = calloc(1, sizeof *client);

    if (client == NULL || fcntl(connection, F_SETFL, O_RDWR | O_NONBLOCK) < 0) {
        free(client);
        (void)close(connection);
        return NULL;
    }
    client->socket = connection;
    client->next = shim->clients;
    shim->clients = client;
    return client;
}

void
accept_client(struct shim *shim, int listener)
{
    int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

    if (connection >= 0)
        (void)add_client(shim, connection);
}

static void
write_client(struct shim *shim, struct client *client)
{
    size_t unread = client->out.length;

    if (unread > 0 && write_some(&client->out, client->socket) < 0)
        client->is_gone = true;
    if (client->out.length < unread)
        shim->read_at = now_ms();
}

static void
keep_log_for_readers(struct shim *shim)
{
    unsigned wanted = UINT_MAX;

    for (const struct client *client = shim->clients; client != NULL; client = client->next)
        if (client->reads_log && client->reads_from < wanted)
            wanted = client->reads_from;
    want_log_from(&shim->log, wanted);
}

void
serve_clients(struct shim *shim, const struct watch *watch)
{
    for (struct client *client = shim->clients; client != NULL; client = client->next) {
        if (happened(watch, client->socket, POLLIN))
            serve_client(shim, client);
        write_client(shim, client);
        if (client->is_leaving && client->out.length == 0)
            client->is_gone = true;
    }
    for (struct client **link = &shim->clients; *link != NULL;) {
        struct client *client = *link;

        if (!client->is_gone) {
            link = &client->next;
            continue;
        }
        *link = client->next;
        lose_client(client);
        free(client);
    }
    keep_log_for_readers(shim);
}

void
lose_everybody(struct shim *shim)
{
    while (shim->clients != NULL) {
        struct client *client = shim->clients;

        shim->clients = client->next;
        lose_client(client);
        free(client);
    }
}
