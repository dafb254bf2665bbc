#pragma once

#include <sys/types.h>

/*
 * Each layer that is kept as a tar is mounted once for all containers of an engine, so that they share what is read of
 * it. The mounts are in a mount namespace of the keeper's, whose root is the store of layers: nobody else sees them. A
 * layer's mount goes when its directory `tree` is removed, all of them when the keeper goes; containers that run keep
 * what they have.
 *
 * Without a keeper each container mounts for itself: nothing but memory is lost.
 *
 * A frame 'L' over `layers.sock` in the engine's directory: paths of layers' directories, each with a NUL. The answer:
 * for each a message of one letter, with a descriptor of the mount where there is one.
 */

/* Where the keeper is to be asked, in the working directory. Returns a descriptor, or -1. */
int open_layer_socket(void);

/* Answers, for as long as `server` lives, which this process was forked from. */
_Noreturn void keep_layers(int listener, char **arguments, pid_t server);

/* The name goes with the server's. */
void remove_layer_socket(void);
