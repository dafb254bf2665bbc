#pragma once

/*
 * Has the file system keep what is made in a directory apart from each other and from what was there before, where it
 * has a word for that (chattr(1), T): ext4 looks at every inode that was freed within the last minutes again for each
 * file that is made near it, so that a tree beside one that has just gone takes twenty times as long. Or die().
 */
void keep_apart(const char *directory);
