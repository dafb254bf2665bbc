import { readFileSync } from 'node:fs';

let isInside: boolean | undefined;

/**
 * Whether this process is root of nothing but a user namespace (user_namespaces(7)), as an engine is that was started by
 * somebody else than root: it makes no devices, writes no `trusted.*` attributes and has no control groups.
 */
export function isInUserNamespace(): boolean {
  isInside ??= !mapsAllIds(readMap('uid_map'));
  return isInside;
}

/** The first namespace maps all ids onto themselves. */
export function mapsAllIds(uidMap: string): boolean {
  return /^\s*0\s+0\s+4294967295\s*$/.test(uidMap);
}

/** Whether a group can be somebody's here: without subordinate ids (subuid(5)) a namespace has one and no other. */
export function hasGroup(gid: number): boolean {
  return mapsId(readMap('gid_map'), gid);
}

/** A line of a map: first id inside, first outside, how many. */
export function mapsId(map: string, id: number): boolean {
  return map.split('\n').some((line) => {
    const [first = 0, , count = 0] = line.trim().split(/\s+/).map(Number);
    return id >= first && id < first + count;
  });
}

function readMap(name: 'uid_map' | 'gid_map'): string {
  try {
    return readFileSync(`/proc/self/${name}`, 'utf8');
  } catch {
    // A kernel without user namespaces, or no Linux.
    return '0 0 4294967295';
  }
}
