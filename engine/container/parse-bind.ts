import { posix } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';

import type { ContainerMount } from './container.ts';

/** Docker's words after the second colon that have a meaning here or are the default anyway. */
const accepted = new Set(['rw', 'ro', 'z', 'Z', 'rprivate', 'private', 'nocopy', 'cached', 'delegated', 'consistent']);

/** `source:destination[:ro]`. @throws EngineError `invalid-argument`, or `unsupported` for a volume's name. */
export function parseBind(text: string): ContainerMount {
  const [source = '', destination = '', modes = '', ...rest] = text.split(':');
  if (rest.length > 0 || destination === '' || text.includes('\0')) {
    throw new EngineError('invalid-argument', `invalid volume specification: '${text}'`);
  }
  if (!source.startsWith('/')) {
    throw new EngineError(
      'unsupported',
      `This version of Estrato has no named volumes; give "${source}" in ${text} as an absolute path.`,
    );
  }
  const words = modes === '' ? [] : modes.split(',');
  const unknown = words.find((word) => !accepted.has(word));
  if (unknown !== undefined) throw new EngineError('invalid-argument', `invalid mode: ${unknown} in '${text}'`);
  return {
    type: 'bind',
    source: posix.normalize(source),
    destination: mountDestination(destination),
    readOnly: words.includes('ro'),
    options: [],
  };
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
