#pragma once

/*
 * Network namespaces made ahead, with loopback up: making one costs more than the rest of a container's start, and the
 * kernel is slow at it now and then. A process of its own makes them, so that nobody waits meanwhile; the queue of a
 * socket holds them, so that each is taken once.
 */
struct network_pool {
    /* Where they are taken from; -1 where there is no pool. */
    int ready;
    /* An eventfd that counts how many are to be made. */
    int wanted;
};

/*
 * Starts the process that fills the pool and goes with this one; `arguments` are the program's, for its name. A pool
 * that can't be had is an empty one.
 */
void open_network_pool(struct network_pool *pool, char **arguments);

/* A descriptor of a network namespace that nobody else has, or -1 where none is ready. */
int take_network(const struct network_pool *pool);

/* In a process that takes no more of them. */
void leave_network_pool(const struct network_pool *pool);
