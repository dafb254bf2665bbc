import { expect, test } from 'vitest';

import type { TreeRow } from '#engine/contract/layer.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { createContainerChangesStore } from './container-changes.ts';
import { ScriptedEngine } from './scripted-engine.ts';

function row(path: string, fields: Partial<TreeRow> = {}): TreeRow {
  return {
    path,
    name: path.slice(path.lastIndexOf('/') + 1),
    type: 'file',
    change: 'added',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 1,
    delta: 1,
    mtime: 0,
    layer: 1,
    hasChildren: false,
    ...fields,
  };
}

const summary = { added: 2, changed: 0, metadata: 0, removed: 0, addedBytes: 2, hiddenBytes: 0 };
const pages: Record<string, readonly TreeRow[]> = {
  '/': [row('/data', { type: 'directory', hasChildren: true })],
  '/data': [row('/data/a'), row('/data/b')],
};

function engineWith(known: Readonly<Record<string, readonly TreeRow[]>>): ScriptedEngine {
  const engine = new ScriptedEngine();
  engine.answers['containers.scanChanges'] = () => summary;
  engine.answers['containers.changes'] = ({ path }: { readonly path: string }) => {
    const rows = known[path];
    if (rows === undefined) throw new EngineError('not-found', `Nothing has changed in ${path}.`);
    return { rows, total: rows.length };
  };
  engine.answers['containers.previewChange'] = ({ path }: { readonly path: string }) => ({
    now: { kind: 'text', text: path, size: 1, isTruncated: false, layer: 1 },
  });
  return engine;
}

test('few changes stand open, and a file is read when it is chosen', async () => {
  const engine = engineWith(pages);
  const store = createContainerChangesStore(engine.client);
  await store.getState().look('c1');
  expect(store.getState()).toMatchObject({ id: 'c1', summary, isLoading: false });
  expect([...store.getState().open]).toEqual(['/data']);
  await store.getState().select(row('/data/a'));
  expect(store.getState().preview).toMatchObject({ status: 'shown', file: { now: { text: '/data/a' } } });
});

test('a second look keeps what is open, and forgets what is gone', async () => {
  const engine = engineWith(pages);
  const store = createContainerChangesStore(engine.client);
  await store.getState().look('c1');
  await store.getState().select(row('/data/a'));
  engine.answers['containers.changes'] = ({ path }: { readonly path: string }) => {
    if (path !== '/') throw new EngineError('not-found', 'Nothing has changed there.');
    return { rows: [row('/else')], total: 1 };
  };
  await store.getState().look('c1');
  const { open, directories, selected, error } = store.getState();
  expect({ open: [...open], directories: Object.keys(directories), selected, error }).toEqual({
    open: [],
    directories: ['/'],
    selected: undefined,
    error: undefined,
  });
});
