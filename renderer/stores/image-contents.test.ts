import { expect, test } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';

import { createImageContentsStore } from './image-contents.ts';
import { ScriptedEngine, type Script } from './scripted-engine.ts';

/** The engine's streams are typed by logs; each is what it was opened for. */
function answer(engine: ScriptedEngine, at: number, ...items: readonly unknown[]): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a script passes on whatever it is given
  const script = engine.streams[at] as unknown as Script<unknown> | undefined;
  script?.push(...items);
  script?.end();
}

const six = { kind: 'pypi', name: 'six', version: '1', path: '/a', layer: 0 };

test('pages of packages are joined, and what is installed in an image is asked once', async () => {
  const engine = new ScriptedEngine();
  engine.answers['images.attestations'] = () => ({ attestations: [] });
  const store = createImageContentsStore(engine.client);
  store.getState().follow('app:1', 'sha256:1');
  const distribution = { id: 'debian' };
  answer(
    engine,
    0,
    { packages: [six], unread: [] },
    { packages: [six], unread: [{ path: '/x', reason: 'damaged' }], distribution },
  );
  await expect.poll(() => store.getState().packages?.status).toBe('shown');
  expect(store.getState().packages).toEqual({
    status: 'shown',
    value: { packages: [six, six], unread: [{ path: '/x', reason: 'damaged' }], distribution },
  });
  store.getState().follow('app:1', 'sha256:1')();
  expect(engine.streams).toHaveLength(1);
  expect(engine.callsTo('images.attestations')).toHaveLength(2);
  store.getState().follow('other:1', 'sha256:2');
  expect(store.getState().packages).toEqual({ status: 'loading' });
});

test('a statement comes in pieces, and is read once', async () => {
  const engine = new ScriptedEngine();
  engine.answers['images.attestations'] = () => ({ attestations: [] });
  const store = createImageContentsStore(engine.client);
  store.getState().follow('app:1', 'sha256:1');
  const statement = parseDigest(`sha256:${'a'.repeat(64)}`);
  store.getState().read(statement);
  answer(engine, 1, '{"_type":', '"x"}');
  await expect.poll(() => store.getState().statements[statement]).toEqual({ status: 'shown', value: '{"_type":"x"}' });
  store.getState().read(statement);
  expect(engine.streams).toHaveLength(2);
});

test('a name that leads to another image by now is asked about anew', async () => {
  const engine = new ScriptedEngine();
  engine.answers['images.attestations'] = () => ({ attestations: [] });
  const store = createImageContentsStore(engine.client);
  const leave = store.getState().follow('app:1', 'sha256:1');
  answer(engine, 0, { packages: [six], unread: [] });
  await expect.poll(() => store.getState().packages?.status).toBe('shown');
  leave();
  store.getState().follow('app:1', 'sha256:2');
  expect(store.getState().packages).toEqual({ status: 'loading' });
});
