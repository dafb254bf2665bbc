import { isBind, type LocalMount } from './local-options.ts';

/** MS_* (mount(2)) to set. */
const set: Readonly<Record<string, number>> = {
  ro: 1,
  nosuid: 2,
  nodev: 4,
  noexec: 8,
  sync: 0x10,
  dirsync: 0x80,
  noatime: 0x400,
  nodiratime: 0x800,
  bind: 0x1000,
  rbind: 0x1000 | 0x4000,
  relatime: 0x20_0000,
  strictatime: 0x100_0000,
};

/** Words that say that one is not set, or nothing. */
const silent = ['defaults', 'rw', 'suid', 'dev', 'exec', 'async', 'atime', 'diratime', 'norelatime', 'nostrictatime'];

/** How later mounts reach it; with a leading `r` also what is mounted beneath. */
const reach: Readonly<Record<string, number>> = {
  unbindable: 0x2_0000,
  private: 0x4_0000,
  slave: 0x8_0000,
  shared: 0x10_0000,
};
const RECURSIVE = 0x4000;

/** The arguments of the launcher's role `mount` (launcher/volume-mount.h), but for where. */
export interface MountArguments {
  readonly flags: number;
  readonly reach: number;
  /** What the file system itself is told. */
  readonly data: string;
}

/** mount(8)'s words as mount(2) has them. @param address of the machine that has it, in place of its name. */
export function mountArguments(mount: LocalMount, address?: string): MountArguments {
  const own = mount.words.filter(
    (word) => !(word in set) && !silent.includes(word) && reachOf(word) === 0 && !word.startsWith('addr='),
  );
  return {
    flags: mount.words.reduce((flags, word) => flags | (set[word] ?? 0), 0),
    reach: mount.words.reduce((flags, word) => flags | reachOf(word), 0),
    data: isBind(mount) ? '' : [...own, ...(address === undefined ? [] : [`addr=${address}`])].join(','),
  };
}

function reachOf(word: string): number {
  const plain = reach[word];
  if (plain !== undefined) return plain;
  const beneath = word.startsWith('r') ? reach[word.slice(1)] : undefined;
  return beneath === undefined ? 0 : beneath | RECURSIVE;
}
