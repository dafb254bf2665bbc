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
    restore: (entry, name) => restore(parts, entry, name),
    forget: () => Promise.resolve(),
  };
}

function restore(parts: VolumeParts, entry: TrashRecord, name: string): Promise<Restored> {
  checkVolumeName(name);
  return parts.table.exclusively(name, async () => {
    if (parts.table.get(name) !== undefined) {
      throw new EngineError('conflict', `Another volume is called ${name} by now; restore it under another name.`);
    }
    const restored: Volume = { ...volume.parse(entry.record), name };
    await returnPieces(parts.trash, { ...entry, pieces: [pieceOf(name)] }, () => parts.table.insert(restored));
    publishVolume(parts, name, 'create');
    return { kind: 'volume', id: name, name, warnings: [] };
  });
}
