#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* A port that somebody listens on, and where what comes there goes. Non-blocking. */
struct listener {
    int socket;
    /* Connections; datagrams otherwise. */
    bool is_stream;
    struct sockaddr_storage target;
    socklen_t target_size;
};

/* Passes on whatever comes, for ever. */
_Noreturn void relay_ports(const struct listener *listeners, size_t count);
