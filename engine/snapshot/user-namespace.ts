import { readFileSync } from 'node:fs';

let isInside: boolean | undefined;

/**
 * Whether this process is root of nothing but a user namespace (user_namespaces(7)), as an engine is that was started by
 * somebody else than root: it makes no devices, writes no `trusted.*` attributes and has no control groups.
 */
export function isInUserNamespace(): boolean {
  isInside ??= !mapsAllIds(readUidMap());
  return isInside;
}

/** The first namespace maps all ids onto themselves. */
export function mapsAllIds(uidMap: string): boolean {
  return /^\s*0\s+0\s+4294967295\s*$/.test(uidMap);
}

function readUidMap(): string {
  try {
    return readFileSync('/proc/self/uid_map', 'utf8');
  } catch {
    // A kernel without user namespaces, or no Linux.
    return '0 0 4294967295';
  }
}
