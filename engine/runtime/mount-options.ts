/** MOUNT_ATTR_* (mount_setattr(2)). */
const attributes: Readonly<Record<string, number>> = {
  ro: 1,
  nosuid: 2,
  nodev: 4,
  noexec: 8,
  noatime: 0x10,
  strictatime: 0x20,
  relatime: 0,
  nodiratime: 0x80,
  nosymfollow: 0x20_0000,
};

/** Words that take an attribute away, where it isn't what one has anyway. */
const opposites: Readonly<Record<string, number>> = {
  rw: 1,
  suid: 2,
  dev: 4,
  exec: 8,
  diratime: 0x80,
  symfollow: 0x20_0000,
};

/** How times of access are kept is one choice of several bits, which are cleared to be set. */
const ATIME = 0x70;
const atimeWords = ['noatime', 'strictatime', 'relatime'];

/** MS_* (mount(2)); with a leading `r` also of what is mounted beneath. */
const propagations: Readonly<Record<string, number>> = {
  private: 0x4_0000,
  slave: 0x8_0000,
  shared: 0x10_0000,
  unbindable: 0x2_0000,
};

/** Words that say nothing to the kernel any more, or that another step says. */
const silentWords = new Set(
  `defaults bind rbind remount atime ratime norelatime rnorelatime nostrictatime rnostrictatime iversion noiversion
   silent loud tmpcopyup idmap ridmap`.split(/\s+/),
);

/** Every word that isn't a file system's own. */
export function mountOptionNames(): readonly string[] {
  const plain = [...Object.keys(attributes), ...Object.keys(opposites)];
  const both = [...plain, ...Object.keys(propagations)].flatMap((word) => [word, `r${word}`]);
  return [...new Set([...both, ...silentWords])].sort();
}

export interface MountOptions {
  /** Of the mount itself. */
  readonly set: number;
  readonly clear: number;
  /** Of all that is mounted beneath too. */
  readonly setBeneath: number;
  readonly clearBeneath: number;
  readonly propagation: number | undefined;
  readonly reachesBeneath: boolean;
  readonly copiesUp: boolean;
  readonly mapsOwners: 'no' | 'alone' | 'beneath';
  /** What is the file system's to understand. */
  readonly own: readonly string[];
}

/** @param words mount(8)'s and the runtime specification's (config.md, "Linux mount options"). */
export function readMountOptions(words: readonly string[]): MountOptions {
  const plain = words.flatMap((word) => (Object.hasOwn(attributes, word) ? [word] : []));
  const beneath = words.flatMap((word) => (word.startsWith('r') ? [word.slice(1)] : []));
  const propagation = words.find((word) => isPropagation(word) || isPropagation(word.slice(1)));
  return {
    set: bitsOf(plain),
    clear: atimeOf(plain),
    setBeneath: bitsOf(beneath),
    clearBeneath: atimeOf(beneath) | clearedBy(beneath),
    propagation: propagation === undefined ? undefined : propagationFlag(propagation),
    reachesBeneath: propagation?.startsWith('r') ?? false,
    copiesUp: words.includes('tmpcopyup'),
    mapsOwners: mapsOwners(words),
    own: words.filter((word) => !isGeneral(word)),
  };
}

/** @param word with or without its `r`. */
export function propagationFlag(word: string): number {
  return propagations[word.replace(/^r(?=private|slave|shared|unbindable)/, '')] ?? 0;
}

function mapsOwners(words: readonly string[]): MountOptions['mapsOwners'] {
  if (words.includes('ridmap')) return 'beneath';
  return words.includes('idmap') ? 'alone' : 'no';
}

function bitsOf(words: readonly string[]): number {
  return words.reduce((bits, word) => bits | (Object.hasOwn(attributes, word) ? (attributes[word] ?? 0) : 0), 0);
}

function clearedBy(words: readonly string[]): number {
  return words.reduce((bits, word) => bits | (Object.hasOwn(opposites, word) ? (opposites[word] ?? 0) : 0), 0);
}

function atimeOf(words: readonly string[]): number {
  return words.some((word) => atimeWords.includes(word)) ? ATIME : 0;
}

function isPropagation(word: string): boolean {
  return Object.hasOwn(propagations, word);
}

function isGeneral(word: string): boolean {
  const isKnown = (name: string): boolean =>
    Object.hasOwn(attributes, name) || Object.hasOwn(opposites, name) || isPropagation(name);
  return isKnown(word) || silentWords.has(word) || (word.startsWith('r') && isKnown(word.slice(1)));
}
