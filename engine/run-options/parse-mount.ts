import { EngineError } from '#engine/contract/errors.ts';

import type { MountBody } from './create-body.ts';
import { parsePair, splitFields } from './pairs.ts';
import { parseSize } from './parse-size.ts';

/** What a path that people wrote means here. */
export type Absolute = (path: string) => string;

/** Names of the fields of `--mount`, by all that people may call them. */
const names: Readonly<Record<string, string>> = { src: 'source', dst: 'target', destination: 'target', ro: 'readonly' };

/**
 * `--mount type=bind,source=./data,target=/data,readonly`.
 * @throws EngineError `invalid-argument` in Docker's words.
 */
export function parseMount(text: string, absolute: Absolute): MountBody {
  const mount: MountBody = { Type: 'volume', Target: '' };
  for (const field of splitFields(text)) {
    const [name, value] = parsePair(field);
    const key = names[name.toLowerCase()] ?? name.toLowerCase();
    const write = fields[key];
    if (write === undefined) throw new EngineError('invalid-argument', `unexpected key '${name}' in '${field}'`);
    write(mount, value);
  }
  if (mount.Target === '') throw new EngineError('invalid-argument', 'target is required');
  if (mount.Type === 'bind' && mount.Source !== undefined) mount.Source = absolute(mount.Source);
  return mount;
}

const fields: Readonly<Record<string, (mount: MountBody, value: string) => void>> = {
  type: (mount, value) => (mount.Type = value.toLowerCase()),
  source: (mount, value) => (mount.Source = value),
  target: (mount, value) => (mount.Target = value),
  readonly: (mount, value) => (mount.ReadOnly = isTrue(value)),
  'bind-propagation': (mount, value) => (mount.BindOptions = { ...mount.BindOptions, Propagation: value }),
  'bind-nonrecursive': (mount, value) => (mount.BindOptions = { ...mount.BindOptions, NonRecursive: isTrue(value) }),
  'bind-recursive': (mount, value) =>
    (mount.BindOptions = { ...mount.BindOptions, NonRecursive: value === 'disabled' }),
  'bind-create-src': (mount, value) => (mount.BindOptions = { ...mount.BindOptions, CreateMountpoint: isTrue(value) }),
  'volume-nocopy': (mount, value) => (mount.VolumeOptions = { ...mount.VolumeOptions, NoCopy: isTrue(value) }),
  'volume-subpath': (mount, value) => (mount.VolumeOptions = { ...mount.VolumeOptions, Subpath: value }),
  'volume-label': (mount, value) => {
    const [name, label] = parsePair(value);
    const { VolumeOptions: options } = mount;
    mount.VolumeOptions = { ...options, Labels: { ...options?.Labels, [name]: label } };
  },
  'volume-driver': (mount, value) => {
    const { VolumeOptions: options } = mount;
    mount.VolumeOptions = { ...options, DriverConfig: { ...options?.DriverConfig, Name: value } };
  },
  'volume-opt': (mount, value) => {
    const [name, option] = parsePair(value);
    const { VolumeOptions: options } = mount;
    const Options = { ...options?.DriverConfig?.Options, [name]: option };
    mount.VolumeOptions = { ...options, DriverConfig: { ...options?.DriverConfig, Options } };
  },
  'tmpfs-size': (mount, value) => (mount.TmpfsOptions = { ...mount.TmpfsOptions, SizeBytes: parseSize(value) }),
  'tmpfs-mode': (mount, value) => (mount.TmpfsOptions = { ...mount.TmpfsOptions, Mode: Number.parseInt(value, 8) }),
};

function isTrue(value: string): boolean {
  return value === '' || value === 'true' || value === '1';
}

/** `-v`: a source that is a relative path is made absolute; what is only a name is a volume's. */
export function absoluteBind(text: string, absolute: Absolute): string {
  const [source = '', ...rest] = text.split(':');
  const isPath = rest.length > 0 && (/^\.{1,2}(\/|$)/.test(source) || source.startsWith('~/'));
  return isPath ? [absolute(source), ...rest].join(':') : text;
}
