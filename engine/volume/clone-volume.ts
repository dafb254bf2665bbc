import { randomUUID } from 'node:crypto';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { removeTree } from '#engine/async/remove-tree.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { copyTree } from './copy-tree.ts';
import { refuseElsewhere } from './make-save-point.ts';
import { findSavePoint, pointData } from './save-point-files.ts';
import { volumeData, volumeDir } from './volume-dir.ts';
import { publishVolume } from './volume-events.ts';
import { checkVolumeName } from './volume-name.ts';
import type { VolumeParts } from './volume-parts.ts';
import { ANONYMOUS_LABEL, type Volume } from './volume.ts';
import { whileStill } from './while-still.ts';

export interface CloneRequest {
  readonly name: string;
  /** Of one of its save points instead of what it holds now. */
  readonly point?: string | undefined;
}

/** Another volume that holds the same. @throws EngineError `conflict` when its name is taken. */
export async function cloneVolume(parts: VolumeParts, from: string, { name, point }: CloneRequest): Promise<Volume> {
  refuseElsewhere(parts, from);
  const { [ANONYMOUS_LABEL]: _, ...labels } = parts.table.find(from).labels;
  return newVolume(parts, { name, labels }, async (data) => {
    const copy = async (source: string): Promise<void> => void (await copyTree(parts.launcherPath, source, data));
    if (point === undefined) await whileStill(parts, from, () => copy(volumeData(parts, from)));
    else await copy(pointData(parts, from, (await findSavePoint(parts, from, point)).id));
  });
}

/**
 * A volume that holds something from the beginning. It has its name once it is whole.
 *
 * @param fill puts it into an empty directory.
 * @throws EngineError `conflict` when the name is taken.
 */
export async function newVolume(
  parts: VolumeParts,
  { name, labels }: Pick<Volume, 'name' | 'labels'>,
  fill: (data: string) => Promise<void>,
): Promise<Volume> {
  checkVolumeName(name);
  refuseTaken(parts, name);
  // No volume's name begins with a dot: the next engine removes what this one doesn't get to the end of.
  const partial = join(parts.volumesDir, `.${randomUUID()}`);
  await mkdir(join(partial, '_data'), { recursive: true, mode: 0o755 });
  try {
    await fill(join(partial, '_data'));
    return await parts.table.exclusively(name, async () => {
      refuseTaken(parts, name);
      const made: Volume = { name, createdAt: Date.now(), labels, options: {} };
      // Killed after this, the next engine makes a volume of a directory that it doesn't know.
      await rename(partial, volumeDir(parts, name));
      parts.table.insert(made);
      publishVolume(parts, name, 'create');
      return made;
    });
  } finally {
    await removeTree(partial);
  }
}

function refuseTaken({ table }: VolumeParts, name: string): void {
  if (table.get(name) === undefined) return;
  throw new EngineError('conflict', `There is a volume ${name} already; choose another name.`);
}
