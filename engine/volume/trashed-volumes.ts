import { randomBytes } from 'node:crypto';

import { EngineError } from '#engine/contract/errors.ts';
import type { Restored, TrashCause } from '#engine/contract/trash.ts';
import { returnPieces } from '#engine/trash/restore-from-trash.ts';
import type { TrashedKind } from '#engine/trash/trash-parts.ts';
import type { NewTrash, TrashPiece, TrashRecord } from '#engine/trash/trash-record.ts';

import { publishVolume } from './volume-events.ts';
import { checkVolumeName } from './volume-name.ts';
import type { VolumeParts } from './volume-parts.ts';
import { volume, type Volume } from './volume.ts';

/** All of a volume: its data, its save points, and what its row says. */
export function newTrash(subject: Volume, cause: TrashCause, owner: string | undefined): NewTrash {
  const { name } = subject;
  return {
    id: randomBytes(32).toString('hex'),
    kind: 'volume',
    name,
    cause,
    ...(owner === undefined ? {} : { owner }),
    pieces: [pieceOf(name)],
    record: subject,
  };
}

function pieceOf(name: string): TrashPiece {
  return { at: `volumes/${name}`, as: 'volume' };
}

/** Volumes as the trash knows them. */
export function trashedVolumes(parts: VolumeParts): TrashedKind {
  return {
    describe: ({ name }) => ({ isNameTaken: parts.table.get(name) !== undefined }),
    isThere: ({ name }) => parts.table.isRecorded(name),
    restore: (entry, { name }) => restore(parts, entry, name),
    forget: () => Promise.resolve(0),
  };
}

function restore(parts: VolumeParts, entry: TrashRecord, name: string): Promise<Restored> {
  checkVolumeName(name);
  return parts.table.exclusively(name, async () => {
    if (parts.table.get(name) !== undefined) {
      throw new EngineError('conflict', `Another volume is called ${name} by now; restore it under another name.`);
    }
    const back = volumeReturn(parts, entry, name);
    await returnPieces(parts.trash, [back.entry], back.insert);
    publishVolume(parts, name, 'create');
    return { kind: 'volume', id: name, name, warnings: [] };
  });
}

/** What a volume comes back by. */
export interface VolumeReturn {
  /** With its pieces where they belong under its name. */
  readonly entry: TrashRecord;
  readonly insert: () => void;
}

/** For `returnPieces`: a volume by itself, or with the container that it went with. */
export function volumeReturn(parts: VolumeParts, entry: TrashRecord, name: string = entry.name): VolumeReturn {
  const restored: Volume = { ...volume.parse(entry.record), name };
  return { entry: { ...entry, pieces: [pieceOf(name)] }, insert: () => parts.table.insert(restored) };
}
