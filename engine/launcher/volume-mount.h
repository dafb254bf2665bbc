#pragma once

/*
 * What a volume's options name, mounted where its data would be: the arguments of mount(2), flags in decimal digits. A
 * bind gets its other flags by a second call, without which the kernel ignores them; `reach` is MS_SHARED or its kin,
 * or 0.
 */
void mount_volume(char *const arguments[6]);

/* Takes all away that is mounted there. A server that doesn't answer keeps nobody waiting: what is in use goes with its
 * last user. */
void unmount_volume(const char *target);
