#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * Mounts as descriptors, before they are anywhere (open_tree(2), fsmount(2)): what was opened is what is mounted, on
 * what was opened, whatever the image or another process renames meanwhile. Each function dies of a failure.
 */

/* A copy of what `source` is a descriptor of; `recursive` is 0 or AT_RECURSIVE. */
int clone_tree(int source, int recursive, const char *name);

/* Moves a detached mount onto what `target` is a descriptor of. */
void attach_tree(int tree, int target, const char *name);

/* Attributes to set and to clear (MOUNT_ATTR_* of mount_setattr(2)); `recursive` is 0 or AT_RECURSIVE. */
void set_attributes(int tree, uint64_t set, uint64_t clear, int recursive, const char *name);

/* How later mounts reach this one: MS_SHARED and its kin, 0 as it is; `recursive` for what is mounted beneath as well.
 */
void set_reach(int tree, uint64_t propagation, bool recursive, const char *name);

/* Owners as the maps have them (id-map.h); `recursive` is 0 or AT_RECURSIVE. */
void set_owners(int tree, const char *uids, const char *gids, int recursive, const char *name);
