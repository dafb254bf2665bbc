#pragma once

/*
 * A layer that is kept as a tar is mounted from two plain files of its directory: `erofs`, an index of a file system,
 * and `tar`, the device that has the files' bytes. Linux 6.12 and later can, for whoever may mount.
 */

/* The mount, nowhere yet; of files by short paths. Returns a descriptor or -errno. */
int open_layer_image(const char *image, const char *tar);
