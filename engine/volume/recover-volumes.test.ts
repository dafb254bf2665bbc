import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { FileBlobStore } from '#engine/content/file-blob-store.ts';
import { MemoryEventBus } from '#engine/events/memory-event-bus.ts';
import { FileLayerStore } from '#engine/layer/file-layer-store.ts';
import { openDatabase, type Database } from '#engine/metadata/database.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { recoverTrash, settleTrash } from '#engine/trash/recover-trash.ts';
import { restoreFromTrash } from '#engine/trash/restore-from-trash.ts';
import { testTrash } from '#engine/trash/testing/trash-parts.ts';

import { createVolume } from './create-volume.ts';
import { recoverVolumes } from './recover-volumes.ts';
import { removeVolume } from './remove-volume.ts';
import { trashedVolumes } from './trashed-volumes.ts';
import type { VolumeParts } from './volume-parts.ts';
import { VolumeTable } from './volume-table.ts';

let dir: TemporaryDirectory;
let database: Database;
const containers = new Map<string, string>();

beforeEach(async () => {
  dir = await temporaryDirectory('volumes');
  database = openDatabase(join(dir.path, 'estrato.db'));
  await mkdir(join(dir.path, 'volumes'));
  containers.clear();
});
afterEach(async () => {
  database.close();
  await dir[Symbol.asyncDispose]();
});

/** What an engine that starts now finds. */
function parts(): VolumeParts {
  const blobs = new FileBlobStore(join(dir.path, 'blobs'));
  const events = new MemoryEventBus();
  const trash = testTrash(dir.path, database, events);
  const made: VolumeParts = {
    volumesDir: join(dir.path, 'volumes'),
    layers: new FileLayerStore({ dir: join(dir.path, 'layers'), blobs, launcherPath: '' }),
    launcherPath: '',
    trash,
    events,
    usage: {
      users: (volume) =>
        [...containers].filter(([, has]) => has === volume).map(([id]) => ({ id, name: id, running: false })),
      standStill: () => Promise.resolve({ held: new Set(), [Symbol.asyncDispose]: () => Promise.resolve() }),
    },
    table: new VolumeTable(database),
  };
  trash.kinds.set('volume', trashedVolumes(made));
  return made;
}

const inVolumes = (...names: readonly string[]): string => join(dir.path, 'volumes', ...names);

async function recovered(): Promise<VolumeParts> {
  const next = parts();
  await recoverTrash(next.trash);
  await recoverVolumes(next);
  settleTrash(next.trash);
  return next;
}

test('what is in a volume is there for the next engine', async () => {
  await createVolume(parts(), { name: 'data', labels: { a: 'b' } });
  await writeFile(inVolumes('data', '_data', 'file'), 'kept');
  const { table } = await recovered();
  expect(table.find('data').labels).toEqual({ a: 'b' });
  expect(await readFile(inVolumes('data', '_data', 'file'), 'utf8')).toBe('kept');
});

test('a record without its directory gets one', async () => {
  parts().table.insert({ name: 'data', createdAt: 1, labels: {}, options: {} });
  await recovered();
  expect(await readdir(inVolumes('data'))).toEqual(['_data']);
});

test('a removal that was cut short is finished', async () => {
  const last = parts();
  await createVolume(last, { name: 'data' });
  last.table.markRemoving('data');
  await mkdir(inVolumes('.half-removed'));
  const { table } = await recovered();
  expect(table.list()).toEqual([]);
  expect(await readdir(inVolumes())).toEqual([]);
  expect(parts().table.listRemoving()).toEqual([]);
});

test('a copy that is whole is moved in, and one that is not is dropped', async () => {
  await createVolume(parts(), { name: 'data' });
  await mkdir(inVolumes('data', 'copied'), { mode: 0o750 });
  await writeFile(inVolumes('data', 'copied', 'file'), 'from the image');
  await createVolume(parts(), { name: 'other' });
  await mkdir(inVolumes('other', 'copying'));
  await writeFile(inVolumes('other', 'copying', 'file'), 'half');
  await recovered();
  expect(await readFile(inVolumes('data', '_data', 'file'), 'utf8')).toBe('from the image');
  expect(await readdir(inVolumes('data'))).toEqual(['_data']);
  expect(await readdir(inVolumes('other'))).toEqual(['_data']);
  expect(await readdir(inVolumes('other', '_data'))).toEqual([]);
});

test('a volume made for a container goes with it when it did not come to be, and stays when it did', async () => {
  const last = parts();
  const gone = await createVolume(last, { madeFor: 'never' });
  const kept = await createVolume(last, { madeFor: 'came' });
  containers.set('came', kept.name);
  const { table } = await recovered();
  expect(table.list().map(({ name }) => name)).toEqual([kept.name]);
  expect(await readdir(inVolumes())).not.toContain(gone.name);
  containers.clear();
  expect((await recovered()).table.list()).toHaveLength(1);
});

test('a directory that no record knows becomes a volume again', async () => {
  await mkdir(inVolumes('lost', '_data'), { recursive: true });
  await writeFile(inVolumes('lost', '_data', 'file'), 'work');
  const { table } = await recovered();
  expect(table.find('lost')).toMatchObject({ name: 'lost', labels: {} });
  expect(await readFile(inVolumes('lost', '_data', 'file'), 'utf8')).toBe('work');
});

test('a removed volume comes back from the trash, under another name where its own is taken', async () => {
  const { table, trash, ...rest } = parts();
  const now = { table, trash, ...rest };
  await createVolume(now, { name: 'data', labels: { a: 'b' } });
  await writeFile(inVolumes('data', '_data', 'file'), 'kept');
  const { trash: id } = await removeVolume(now, 'data');
  expect(table.list()).toEqual([]);
  await createVolume(now, { name: 'data' });
  await expect(restoreFromTrash(trash, id)).rejects.toThrow('Another volume is called data by now');
  await restoreFromTrash(trash, id, { name: 'data-again' });
  const next = await recovered();
  expect(next.table.find('data-again').labels).toEqual({ a: 'b' });
  expect(await readFile(inVolumes('data-again', '_data', 'file'), 'utf8')).toBe('kept');
  expect(await readdir(inVolumes('data', '_data'))).toEqual([]);
});

test('a volume whose removal into the trash was cut short is in the trash', async () => {
  const last = parts();
  await createVolume(last, { name: 'data' });
  await writeFile(inVolumes('data', '_data', 'file'), 'kept');
  const entry = { id: 'a'.repeat(64), kind: 'volume', name: 'data', cause: 'removed', removedAt: 1 } as const;
  const record = last.table.find('data');
  last.trash.table.insert({ ...entry, pieces: [{ at: 'volumes/data', as: 'volume' }], record, phase: 'coming' });
  last.table.markRemoving('data');
  const next = await recovered();
  expect(next.table.list()).toEqual([]);
  await restoreFromTrash(next.trash, 'data');
  expect(await readFile(inVolumes('data', '_data', 'file'), 'utf8')).toBe('kept');
});
