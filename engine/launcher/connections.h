#pragma once

#include "client.h"
#include "watch.h"

/* Takes the connection over. Returns NULL where there is no memory for it. */
struct client *add_client(struct shim *shim, int connection);

void accept_client(struct shim *shim, int listener);

/* Takes what the clients have sent, writes what waits for them, and lets go of those that have gone. */
void serve_clients(struct shim *shim, const struct watch *watch);

void lose_everybody(struct shim *shim);
