#pragma once

/*
 * The role `uplink`: makes a network namespace and keeps it, together with a program that connects it to the machine's
 * network (slirp4netns(1), pasta(1)), which is started again should it end.
 *
 * `arguments`: the program and its arguments, of which `NETNS` becomes the path of the namespace. Whatever the program
 * writes to descriptor 3 says that it is ready: then the pid whose namespace it is goes to stdout, on a line. Lives
 * until it is killed, and takes both along.
 */
_Noreturn void keep_uplink(char **arguments);
