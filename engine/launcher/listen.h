#pragma once

/*
 * The role `listen`: opens a socket for datagrams and one for connections in another network namespace, and hands them
 * to whoever started it. `arguments`: the namespace, an address of IPv4, a port.
 *
 * Node receives descriptors only over the channel that it has with its own children (NODE_CHANNEL_FD), each with a line
 * of JSON that says what is to become of it.
 */
_Noreturn void hand_over_listeners(char **arguments);
