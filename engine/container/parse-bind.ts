import { posix } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';

import type { MountRequest } from './container-mount.ts';

/** How mounts made on one side of a bind reach the other (mount_namespaces(7)). */
export const propagations: readonly string[] = ['rprivate', 'private', 'rslave', 'slave', 'rshared', 'shared'];

/** Docker's words after the second colon that have a meaning here or are the default anyway. */
const accepted = new Set(['rw', 'ro', 'z', 'Z', 'nocopy', 'cached', 'delegated', 'consistent', ...propagations]);

/** `source:destination[:modes]`, the source a path or a volume's name; a destination alone is a volume without a name. */
export function parseBind(text: string): MountRequest {
  const [first = '', second, modes = '', ...rest] = text.split(':');
  const [source, destination] = second === undefined ? ['', first] : [first, second];
  if (rest.length > 0 || destination === '' || (second !== undefined && source === '') || text.includes('\0')) {
    throw new EngineError('invalid-argument', `invalid volume specification: '${text}'`);
  }
  const words = parseModes(modes, text);
  const place = { destination: mountDestination(destination), readOnly: words.includes('ro') };
  const options = words.filter((word) => propagations.includes(word));
  if (source.startsWith('/')) return { type: 'bind', source: posix.normalize(source), options, ...place };
  if (options.length > 0) throw new EngineError('invalid-argument', `invalid mode: ${options.join(',')} in '${text}'`);
  return {
    type: 'volume',
    ...(source === '' ? {} : { name: source }),
    isPopulated: !words.includes('nocopy'),
    ...place,
  };
}

function parseModes(modes: string, text: string): readonly string[] {
  const words = modes === '' ? [] : modes.split(',');
  const unknown = words.find((word) => !accepted.has(word));
  if (unknown !== undefined) throw new EngineError('invalid-argument', `invalid mode: ${unknown} in '${text}'`);
  return words;
}

/** @throws EngineError `invalid-argument` for anything that isn't a place in the container. */
export function mountDestination(path: string): string {
  if (!path.startsWith('/') || path.includes('\0')) {
    throw new EngineError('invalid-argument', `invalid mount path: '${path}' mount path must be absolute`);
  }
  const normal = posix.normalize(path).replace(/(?<=.)\/$/, '');
  if (normal === '/') {
    throw new EngineError('invalid-argument', "invalid volume specification: destination can't be '/'");
  }
  return normal;
}
