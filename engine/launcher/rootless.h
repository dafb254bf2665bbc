#pragma once

/*
 * Becomes root of a user namespace, so that the engine of a person who isn't root is one all the same, over their own
 * files and a range of ids that the system set aside for them (subuid(5)).
 *
 * `arguments`: the directory of the containers, the first and the number of subordinate uids, the same of gids (0:
 * none), then the program. Containers that run already are in the namespace of the engine that started them: that one
 * is joined. Where no user namespace is to be had the program goes on without.
 */
_Noreturn void go_rootless(char **arguments);
