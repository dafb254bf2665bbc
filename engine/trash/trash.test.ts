import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import type { TrashCause } from '#engine/contract/trash.ts';
import { MemoryEventBus } from '#engine/events/memory-event-bus.ts';
import { openDatabase, type Database } from '#engine/metadata/database.ts';
import { makeDeepTree } from '#engine/testing/deep-tree.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { testTrash } from '#engine/trash/testing/trash-parts.ts';

import { keepBudget } from './keep-budget.ts';
import { listTrash } from './list-trash.ts';
import { putIntoTrash, type Removal } from './put-into-trash.ts';
import { recoverTrash, settleTrash } from './recover-trash.ts';
import { emptyTrash, removeFromTrash } from './remove-from-trash.ts';
import { restoreFromTrash, returnPieces } from './restore-from-trash.ts';
import type { TrashParts } from './trash-parts.ts';
import type { NewTrash } from './trash-record.ts';
import { changeTrashSettings, readTrashSettings } from './trash-settings.ts';

let dir: TemporaryDirectory;
let database: Database;
/** Things by name, as their own folder's table would have them: a marked one is being removed. */
const things = new Map<string, { isMarked: boolean }>();
const forgotten: string[] = [];
let forgetting: (name: string) => Promise<number>;

beforeEach(async () => {
  dir = await temporaryDirectory('trash');
  database = openDatabase(join(dir.path, 'estrato.db'));
  things.clear();
  forgotten.length = 0;
  forgetting = (name) => {
    forgotten.push(name);
    return Promise.resolve(0);
  };
});
afterEach(async () => {
  database.close();
  await dir[Symbol.asyncDispose]();
});

const place = (name: string): string => join(dir.path, 'volumes', name);
const idOf = (name: string): string => Buffer.from(name).toString('hex').padEnd(64, '0');
const never = new AbortController().signal;

function open(): TrashParts {
  const parts = testTrash(dir.path, database, new MemoryEventBus());
  parts.kinds.set('volume', {
    describe: ({ name }) => ({ isNameTaken: things.has(name) }),
    isThere: ({ name }) => things.has(name),
    restore: async (entry, { name }) => {
      await returnPieces(parts, [entry], () => void things.set(name, { isMarked: false }));
      return { kind: 'volume', id: name, name, warnings: [] };
    },
    forget: ({ name }) => forgetting(name),
  });
  return parts;
}

async function make(name: string, text = name): Promise<void> {
  await mkdir(place(name), { recursive: true });
  await writeFile(join(place(name), 'file'), text);
  things.set(name, { isMarked: false });
}

function subject(name: string, owner?: string, cause: TrashCause = 'removed'): NewTrash {
  const pieces = [{ at: `volumes/${name}`, as: 'thing' }];
  return { id: idOf(name), kind: 'volume', name, cause, pieces, record: {}, ...(owner === undefined ? {} : { owner }) };
}

function removalOf(name: string, changed: Partial<Removal> = {}): Removal {
  return {
    mark: () => void things.set(name, { isMarked: true }),
    release: () => Promise.resolve(),
    forget: () => void things.delete(name),
    ...changed,
  };
}

const put = async (parts: TrashParts, name: string, owner?: string): Promise<void> =>
  void (await putIntoTrash(parts, subject(name, owner), removalOf(name)));

/** As an engine does that starts: its own folder finishes what is marked. */
async function restarted(): Promise<TrashParts> {
  const parts = open();
  await recoverTrash(parts);
  for (const [name, { isMarked }] of things) if (isMarked) await put(parts, name);
  settleTrash(parts);
  return parts;
}

const inTrash = (name: string): Promise<string> =>
  readFile(join(dir.path, 'trash', idOf(name), 'thing', 'file'), 'utf8');

test('what is removed is whole in the trash, and comes back', async () => {
  const parts = open();
  await make('one', 'words');
  await put(parts, 'one');
  expect(await readdir(join(dir.path, 'volumes'))).toEqual([]);
  expect(listTrash(parts)).toMatchObject([{ id: idOf('one'), kind: 'volume', name: 'one', cause: 'removed' }]);
  expect(await restoreFromTrash(parts, 'one')).toMatchObject({ name: 'one' });
  expect(await readFile(join(place('one'), 'file'), 'utf8')).toBe('words');
  expect(listTrash(parts)).toEqual([]);
  expect(await readdir(parts.trashDir)).toEqual([]);
});

/** Steps of a removal at which an engine may be killed, and where the thing is for the next one. */
test.each([
  ['before it is marked', 'mark', 'place'],
  ['before it is released', 'release', 'trash'],
  ['after its pieces were moved', 'forget', 'trash'],
] as const)('a removal killed %s is undone or finished', async (_, step, where) => {
  await make('one', 'words');
  const killed = (): never => {
    throw new Error('killed');
  };
  await expect(putIntoTrash(open(), subject('one'), removalOf('one', { [step]: killed }))).rejects.toThrow('killed');
  const parts = await restarted();
  expect(things.has('one')).toBe(where === 'place');
  expect(parts.table.list()).toHaveLength(where === 'place' ? 0 : 1);
  expect(parts.table.listUnsettled().filter(({ phase }) => phase !== 'here')).toEqual([]);
  expect(where === 'place' ? await readFile(join(place('one'), 'file'), 'utf8') : await inTrash('one')).toBe('words');
});

test('a removal killed after only some of its pieces were moved is finished', async () => {
  const parts = open();
  await make('one');
  await mkdir(join(dir.path, 'containers', 'one'), { recursive: true });
  const both = { ...subject('one'), pieces: [...subject('one').pieces, { at: 'containers/one', as: 'other' }] };
  parts.table.insert({ ...both, removedAt: 1, phase: 'coming' });
  await mkdir(join(parts.trashDir, idOf('one')));
  await rename(place('one'), join(parts.trashDir, idOf('one'), 'thing'));
  things.set('one', { isMarked: true });
  const next = await restarted();
  expect((await readdir(join(next.trashDir, idOf('one')))).toSorted()).toEqual(['other', 'thing']);
  expect(next.table.list()).toHaveLength(1);
});

test('a rename that a loss of power took back is done again', async () => {
  const parts = open();
  await make('one', 'words');
  await put(parts, 'one');
  await rename(join(parts.trashDir, idOf('one'), 'thing'), place('one'));
  await restarted();
  expect(await inTrash('one')).toBe('words');
});

test('what has the name of something in the trash by now stays where it is', async () => {
  const parts = open();
  await make('one', 'first');
  await put(parts, 'one');
  await make('one', 'second');
  await keepBudget(parts, Date.now(), never);
  await restarted();
  expect(await inTrash('one')).toBe('first');
  expect(await readFile(join(place('one'), 'file'), 'utf8')).toBe('second');
});

test('an engine that was killed before it measured what it removed leaves its namesake alone', async () => {
  await make('one', 'first');
  await put(open(), 'one');
  await make('one', 'second');
  const parts = await restarted();
  await keepBudget(parts, Date.now(), never);
  expect(await inTrash('one')).toBe('first');
  expect(await readFile(join(place('one'), 'file'), 'utf8')).toBe('second');
});

test('a restore that was killed with its pieces where they belong leaves all in the trash', async () => {
  const parts = open();
  await make('one', 'words');
  await put(parts, 'one');
  await keepBudget(parts, Date.now(), never);
  parts.table.setReturning(parts.table.find('one'));
  await rename(join(parts.trashDir, idOf('one'), 'thing'), place('one'));
  const next = await restarted();
  expect(await inTrash('one')).toBe('words');
  expect(next.table.find('one').phase).toBe('here');
});

test('a restore that its folder refuses leaves all in the trash', async () => {
  const parts = open();
  await make('one', 'words');
  await put(parts, 'one');
  const refuse = (): never => {
    throw new Error('no room');
  };
  await expect(returnPieces(parts, [parts.table.find('one')], refuse)).rejects.toThrow('no room');
  expect(await inTrash('one')).toBe('words');
  await restoreFromTrash(parts, 'one');
  expect(things.has('one')).toBe(true);
});

test('several things come back together, or none of them', async () => {
  const parts = open();
  for (const name of ['one', 'two']) {
    await make(name);
    await put(parts, name);
  }
  const both = ['one', 'two'].map((name) => parts.table.find(name));
  const refuse = (): never => {
    throw new Error('no room');
  };
  await expect(returnPieces(parts, both, refuse)).rejects.toThrow('no room');
  expect([await inTrash('one'), await inTrash('two')]).toEqual(['one', 'two']);
  for (const entry of both) parts.table.setReturning(entry);
  await rename(join(parts.trashDir, idOf('one'), 'thing'), place('one'));
  expect((await restarted()).table.list()).toHaveLength(2);
  expect([await inTrash('one'), await inTrash('two')]).toEqual(['one', 'two']);
});

test('what is over the budget goes for good, the oldest first', async () => {
  const parts = open();
  for (const name of ['first', 'second', 'third']) {
    await make(name, 'x'.repeat(100_000));
    await put(parts, name);
  }
  ['first', 'second', 'third'].forEach((name, index) =>
    database.prepare('UPDATE trash SET removed_at = ? WHERE id = ?').run(1000 * index, idOf(name)),
  );
  await keepBudget(parts, 2000, never);
  const sizes = listTrash(parts).map(({ bytes }) => bytes ?? 0);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(100_000);
  await changeTrashSettings(parts, { maxBytes: 250_000 });
  await keepBudget(parts, 2000, never);
  expect(listTrash(parts).map(({ name }) => name)).toEqual(['third', 'second']);
  await changeTrashSettings(parts, { maxAgeSeconds: 10 });
  await keepBudget(parts, 11_500, never);
  expect(listTrash(parts).map(({ name }) => name)).toEqual(['third']);
  await changeTrashSettings(parts, { maxBytes: 0 });
  await keepBudget(parts, 11_500, never);
  expect(listTrash(parts)).toEqual([]);
  expect(forgotten).toEqual(['first', 'second', 'third']);
  expect(await readdir(parts.trashDir)).toEqual([]);
});

test('what can not be removed keeps nothing else from going', async () => {
  const parts = open();
  for (const name of ['stuck', 'other']) {
    await make(name);
    await put(parts, name);
  }
  await changeTrashSettings(parts, { maxBytes: 0 });
  forgetting = (name) => {
    forgotten.push(name);
    return name === 'stuck' ? Promise.reject(new Error('stuck')) : Promise.resolve(0);
  };
  await expect(keepBudget(parts, Date.now(), never)).rejects.toThrow('stuck');
  expect(forgotten).toEqual(['stuck', 'other']);
  expect(await readdir(parts.trashDir)).toEqual([]);
});

test('what is deeper than a path can say is measured, and goes', async () => {
  const parts = open();
  await mkdir(join(dir.path, 'volumes'), { recursive: true });
  await makeDeepTree(place('deep'));
  things.set('deep', { isMarked: false });
  await put(parts, 'deep');
  await keepBudget(parts, Date.now(), never);
  expect(listTrash(parts).map(({ name, bytes }) => [name, typeof bytes])).toEqual([['deep', 'number']]);
  await removeFromTrash(parts, 'deep');
  expect(await readdir(parts.trashDir)).toEqual([]);
});

test('what came with something is told with it, and goes with it', async () => {
  const parts = open();
  await make('owner');
  await make('owned');
  await put(parts, 'owned', idOf('owner'));
  await put(parts, 'owner');
  expect(listTrash(parts)).toMatchObject([{ name: 'owner', volumes: ['owned'] }]);
  await keepBudget(parts, Date.now(), never);
  const [{ bytes = 0 } = {}] = listTrash(parts);
  expect(await removeFromTrash(parts, 'owner')).toBe(bytes);
  expect(parts.table.list()).toEqual([]);
});

test('nothing comes back without what belongs to it, wherever its removal for good was cut short', async () => {
  const parts = open();
  await make('owner');
  await make('owned');
  await put(parts, 'owned', idOf('owner'));
  await put(parts, 'owner');
  forgetting = () => Promise.reject(new Error('killed'));
  await expect(removeFromTrash(parts, 'owner')).rejects.toThrow('killed');
  const next = await restarted();
  expect(next.table.list()).toEqual([]);
  await keepBudget(next, Date.now(), never);
  expect(await readdir(next.trashDir)).toEqual([]);
});

test('what comes back and is removed again at once is not swept', async () => {
  const parts = open();
  await make('one', 'words');
  await put(parts, 'one');
  for (let round = 0; round < 20; round += 1) {
    const sweeping = keepBudget(parts, Date.now(), never);
    await restoreFromTrash(parts, 'one');
    await put(parts, 'one');
    await sweeping;
    expect(await inTrash('one')).toBe('words');
  }
});

test('emptying takes all, and directories that nobody knows are swept', async () => {
  const parts = open();
  await make('one');
  await make('two');
  await put(parts, 'one');
  await put(parts, 'two');
  await mkdir(join(parts.trashDir, 'left-by-a-killed-engine'));
  expect(await emptyTrash(parts)).toMatchObject({ removed: 2 });
  await keepBudget(parts, Date.now(), never);
  expect(await readdir(parts.trashDir)).toEqual([]);
});

test('several things of one name are told apart by their ids', async () => {
  const parts = open();
  const first = { ...subject('one'), id: 'a'.repeat(64) };
  await make('one', 'first');
  await putIntoTrash(parts, first, removalOf('one'));
  await make('one', 'second');
  await put(parts, 'one');
  expect(() => parts.table.find('one')).toThrow('Several things in the trash are called one');
  expect(parts.table.find('aaaa').id).toBe(first.id);
  expect(() => parts.table.find('zzz')).toThrow('There is no zzz in the trash.');
});

test('a week and 5 GiB, or a tenth of the disk, unless others are chosen', async () => {
  const parts = open();
  const { maxAgeSeconds, maxBytes } = await readTrashSettings(parts);
  expect(maxAgeSeconds).toBe(7 * 86_400);
  expect(maxBytes).toBeGreaterThan(0);
  expect(maxBytes).toBeLessThanOrEqual(5 * 2 ** 30);
  await changeTrashSettings(parts, { maxAgeSeconds: 60 });
  expect(await readTrashSettings(open())).toEqual({ maxAgeSeconds: 60, maxBytes });
});
