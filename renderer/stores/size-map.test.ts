import { expect, test } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';

import { ScriptedEngine } from './scripted-engine.ts';
import { createSizeMapStore } from './size-map.ts';

const image = parseDigest(`sha256:${'a'.repeat(64)}`);

function row(path: string, size: number, hasChildren = false): object {
  return { path, name: path.slice(path.lastIndexOf('/') + 1), size, layer: 0, hasChildren };
}

test('a directory is asked for with the largest of what is in its own, and says how much it leaves out', async () => {
  const engine = new ScriptedEngine();
  engine.answers['layers.children'] = ({ path }: { readonly path: string }) =>
    path === '/'
      ? { rows: [row('/usr', 9, true), row('/init', 3)], total: 7 }
      : { rows: [row('/usr/lib', 8, true)], total: 1 };
  const store = createSizeMapStore(engine.client);
  store.getState().show({ image, to: 2 }, '/');
  await expect.poll(() => store.getState().directory?.status).toBe('shown');
  const { directory } = store.getState();
  expect(directory).toMatchObject({
    value: {
      path: '/',
      left: 5,
      entries: [
        { path: '/usr', size: 9, entries: [{ path: '/usr/lib', size: 8, hasChildren: true, entries: [] }] },
        { path: '/init', size: 3, entries: [] },
      ],
    },
  });
  expect(engine.callsTo('layers.children')).toMatchObject([
    { path: '/', from: 0, to: 2, sort: 'size' },
    { path: '/usr', from: 0, to: 2, sort: 'size' },
  ]);
});
