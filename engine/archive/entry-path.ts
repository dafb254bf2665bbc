import { EngineError } from '#engine/contract/errors.ts';

import { quoted } from './tar-entry.ts';

/** The longest that Linux takes (limits.h: NAME_MAX, PATH_MAX without the root's own path). */
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 3072;

/**
 * The parts of an entry's path from the root of its archive; none for the root itself.
 *
 * `./usr//bin/` is `usr`, `bin`. Nothing that climbs or is absolute is corrected to something it doesn't say.
 *
 * @throws EngineError `corrupt`
 */
export function entryPath(name: string): readonly string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.length > 0 && name.startsWith('/')) {
    throw new EngineError('corrupt', `${quoted(name)} is absolute, and may only name what is in the archive`);
  }
  if (parts.includes('..')) throw new EngineError('corrupt', `${quoted(name)} climbs out of the archive with ".."`);
  if (name === '') throw new EngineError('corrupt', 'the tar has an entry without a name');
  const isTooLong = name.length > MAX_PATH_BYTES || parts.some((part) => Buffer.byteLength(part) > MAX_NAME_BYTES);
  if (isTooLong) throw new EngineError('corrupt', `${quoted(name)} is longer than a path can be on Linux`);
  return parts;
}
