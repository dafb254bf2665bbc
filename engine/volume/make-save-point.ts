import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';

import { removeTree } from '#engine/async/remove-tree.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { SavePoint } from '#engine/contract/save-point.ts';

import { copyTree } from './copy-tree.ts';
import { beginSavePoint, pointsDir, writeAbout } from './save-point-files.ts';
import { volumeData } from './volume-dir.ts';
import { publishSavePoint } from './volume-events.ts';
import type { VolumeParts } from './volume-parts.ts';
import { whileStill } from './while-still.ts';

export interface SavePointRequest {
  /** The moment's date when left out. */
  readonly name?: string | undefined;
  readonly note?: string | undefined;
}

/**
 * Keeps what a volume holds now, while the containers that use it stand still.
 *
 * @throws EngineError `unsupported` for a volume whose data is elsewhere, or a container that can't be held.
 */
export async function makeSavePoint(parts: VolumeParts, volume: string, request: SavePointRequest): Promise<SavePoint> {
  refuseElsewhere(parts, volume);
  return whileStill(parts, volume, async () => {
    const point = newPoint(request);
    const dir = await beginSavePoint(parts, volume, point.id);
    try {
      const measured = await copyTree(parts.launcherPath, volumeData(parts, volume), join(dir, 'data'));
      const whole = { ...point, ...measured };
      await writeAbout(dir, whole);
      await rename(dir, join(pointsDir(parts, volume), point.id));
      publishSavePoint(parts, volume, 'create');
      return whole;
    } finally {
      await removeTree(dir);
    }
  });
}

export function newPoint({ name = '', note = '' }: SavePointRequest, isAutomatic = false): SavePoint {
  const createdAt = Date.now();
  const dated = new Date(createdAt).toISOString().slice(0, 19).replace('T', ' ');
  const id = randomBytes(8).toString('hex');
  return { id, name: name === '' ? dated : name, note, createdAt, isAutomatic };
}

/** @throws EngineError `unsupported` for memory, a directory of the machine, or another machine's. */
export function refuseElsewhere(parts: VolumeParts, volume: string): void {
  const { options } = parts.table.find(volume);
  if (Object.keys(options).length === 0) return;
  const { type = '', device = '' } = options;
  throw new EngineError(
    'unsupported',
    `What is in the volume ${volume} is elsewhere (${[type, device].filter(Boolean).join(' ')}); Estrato keeps save points only of what it stores itself.`,
  );
}
