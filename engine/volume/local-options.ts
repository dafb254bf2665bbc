import { EngineError } from '#engine/contract/errors.ts';

/** What the local driver's options ask to be mounted where the data would be. */
export interface LocalMount {
  readonly type: 'tmpfs' | 'bind';
  /** Absolute, of the machine; of memory only a name. */
  readonly device: string;
  /** mount(8)'s words. */
  readonly words: readonly string[];
}

const KNOWN = ['type', 'o', 'device'];

/**
 * Undefined for a plain directory.
 *
 * @throws EngineError `invalid-argument` for options that Docker's local driver refuses too, `unsupported` for a file
 * system that this engine doesn't mount.
 */
export function localMount(options: Readonly<Record<string, string>>): LocalMount | undefined {
  const unknown = Object.keys(options).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw new EngineError('invalid-argument', `invalid option: "${unknown}"`);
  if (Object.keys(options).length === 0) return undefined;
  const { type = '', device = '', o = '' } = options;
  if (device === '') throw new EngineError('invalid-argument', 'missing device in volume options');
  if (type === '') throw new EngineError('invalid-argument', 'missing type in volume options');
  const words = o.split(',').filter((word) => word !== '');
  if (type === 'tmpfs') return { type, device, words };
  if (!words.some((word) => word === 'bind' || word === 'rbind')) {
    throw new EngineError(
      'unsupported',
      `This version of Estrato has no volumes of type ${type}; use type tmpfs, or type none with the option bind.`,
    );
  }
  if (!device.startsWith('/')) {
    throw new EngineError('invalid-argument', `The device ${device} of a volume must be an absolute path.`);
  }
  return { type: 'bind', device, words };
}
