import { expect, test } from 'vitest';

import type { EngineClient } from '#engine/contract/client.ts';
import { parseDigest } from '#engine/contract/digest.ts';
import type { SearchNews } from '#engine/contract/search.ts';

import { createSearchStore } from './search.ts';

const news = (path: string, isDone: boolean): SearchNews => ({
  kind: 'text',
  hits: [{ path, type: 'file', size: 1, diffId: parseDigest(`sha256:${'a'.repeat(64)}`), images: [] }],
  matches: 1,
  layersSearched: 1,
  layerCount: 1,
  entriesSearched: 9,
  isDone,
});

/** Answers each search with a hit of its own, and says which were left. */
function searching() {
  const asked: string[] = [];
  const left: string[] = [];
  const client = {
    stream: async function* (_: string, { text }: { readonly text: string }, signal: AbortSignal) {
      asked.push(text);
      signal.addEventListener('abort', () => left.push(text));
      yield news(`/${text}/1`, false);
      yield news(`/${text}/2`, true);
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an engine that only searches
  return { engine: client as unknown as EngineClient, asked, left };
}

test('hits are added as they come, and another text begins anew', async () => {
  const { engine, asked, left } = searching();
  const store = createSearchStore(engine, () => Promise.resolve());
  store.getState().type('etc');
  await expect.poll(() => store.getState().progress?.isDone).toBe(true);
  expect(store.getState().hits.map(({ path }) => path)).toEqual(['/etc/1', '/etc/2']);
  store.getState().type('etc/p');
  expect(store.getState()).toMatchObject({ hits: [], progress: undefined });
  expect(left).toEqual(['etc']);
  await expect.poll(() => store.getState().hits.length).toBe(2);
  expect(asked).toEqual(['etc', 'etc/p']);
});

test('a single letter, and a palette that is closed, ask for nothing', async () => {
  const { engine, asked } = searching();
  const { promise, resolve } = Promise.withResolvers<void>();
  const store = createSearchStore(engine, () => promise);
  store.getState().type('e');
  store.getState().type('etc');
  store.getState().close();
  resolve();
  await promise;
  await promise;
  expect(asked).toEqual([]);
  expect(store.getState()).toMatchObject({ isOpen: false, text: '' });
});
