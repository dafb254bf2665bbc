#pragma once

/*
 * Copies what is in the directory `from`, and what the directory itself is like, to the empty directory `into`: owners,
 * modes, times, extended attributes, hard links, holes, nodes. Blocks are shared where the file system can. What is
 * mounted in it stays empty. On the disk when it returns; writes `BYTES FILES` to stdout: bytes on the disk of the
 * source.
 */
void copy_tree(const char *from, const char *into);

/* The same by descriptors, for what isn't to be on a disk. */
void copy_content(int from, int into);

/* Only what the directory itself is like: owner, mode, attributes and times. */
void copy_likeness(const char *from, const char *onto);
