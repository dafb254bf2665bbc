import { realpath } from 'node:fs/promises';

import { EngineError } from '#engine/contract/errors.ts';
import { readMounts, type Mount } from '#engine/volume/mount-table.ts';

/**
 * Mounts reach from a bind to the machine, or the other way, only if the mount that the source is in takes part in that.
 *
 * @param options of the bind, with its propagation among them.
 * @throws EngineError `invalid-argument`, in Docker's words.
 */
export async function refuseUnshared(source: string, options: readonly string[]): Promise<void> {
  const wanted = options.find((word) => /^r?(shared|slave)$/.test(word))?.replace(/^r(?=s)/, '');
  if (wanted === undefined) return;
  const { point, tags } = mountOf(await realpath(source), await readMounts());
  const isShared = tags.some((tag) => tag.startsWith('shared:'));
  const isSlave = tags.some((tag) => tag.startsWith('master:'));
  if (isShared || (wanted === 'slave' && isSlave)) return;
  const kind = wanted === 'shared' ? 'a shared mount' : 'a shared or slave mount';
  throw new EngineError('invalid-argument', `path ${source} is mounted on ${point} but it is not ${kind}`);
}

/** The last one counts of those at one place: it lies above the others. */
function mountOf(path: string, mounts: readonly Mount[]): Mount {
  const holds = ({ point }: Mount): boolean => point === '/' || path === point || path.startsWith(`${point}/`);
  return mounts
    .filter(holds)
    .reduce((best, mount) => (mount.point.length >= best.point.length ? mount : best), { point: '/', tags: [] });
}
