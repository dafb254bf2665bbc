import { EngineError } from '#engine/contract/errors.ts';

/** What the local driver's options ask to be mounted where the data would be. */
export interface LocalMount {
  /** A file system of the kernel's: `tmpfs`, `nfs`, `ext4`; `none` of a bind. */
  readonly type: string;
  /** Absolute, of the machine; of memory only a name; of another machine `[host]:/path`. */
  readonly device: string;
  /** mount(8)'s words. */
  readonly words: readonly string[];
}

const KNOWN = ['type', 'o', 'device'];

/** Whose device is a directory of another machine. */
const OF_OTHERS = ['nfs', 'nfs4'];

/**
 * Undefined for a plain directory. Whether there is such a file system, the kernel says when it is mounted.
 *
 * @throws EngineError `invalid-argument` for options that Docker's local driver refuses too.
 */
export function localMount(options: Readonly<Record<string, string>>): LocalMount | undefined {
  const unknown = Object.keys(options).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw new EngineError('invalid-argument', `invalid option: "${unknown}"`);
  if (Object.keys(options).length === 0) return undefined;
  const { type = '', device = '', o = '' } = options;
  if (device === '') throw new EngineError('invalid-argument', 'missing device in volume options');
  if (type === '') throw new EngineError('invalid-argument', 'missing type in volume options');
  if ([type, device, o].some((text) => text.includes('\0'))) {
    throw new EngineError('invalid-argument', 'A zero byte can stand in no option of a volume.');
  }
  const words = o.split(',').filter((word) => word !== '');
  if (isBind({ words })) refuseRelative(device);
  if (OF_OTHERS.includes(type)) refuseNowhere(device, words);
  return { type, device, words };
}

export function isBind({ words }: Pick<LocalMount, 'words'>): boolean {
  return words.some((word) => word === 'bind' || word === 'rbind');
}

/** The other machine's name or address: what `addr` says, or what stands before the path. */
export function hostOf({ device, words }: Pick<LocalMount, 'device' | 'words'>): string | undefined {
  const said = words.find((word) => word.startsWith('addr='))?.slice('addr='.length);
  return said ?? /^\[?([^\]]+)\]?:\//.exec(device)?.[1];
}

function refuseRelative(device: string): void {
  if (device.startsWith('/')) return;
  throw new EngineError('invalid-argument', `The device ${device} of a volume must be an absolute path.`);
}

function refuseNowhere(device: string, words: readonly string[]): void {
  if (!/:\//.test(device)) {
    throw new EngineError('invalid-argument', `The device ${device} must name a directory, as in :/export/data.`);
  }
  if (hostOf({ device, words }) !== undefined) return;
  throw new EngineError('invalid-argument', `Nothing says which machine has ${device}; add the option addr=HOST.`);
}
