import { expect, test } from 'vitest';

import type { FoundRepository } from '#engine/contract/registry.ts';

import { createRepositorySearchStore } from './repository-search.ts';
import { ScriptedEngine } from './scripted-engine.ts';

function found(name: string): FoundRepository {
  return { name, description: '', stars: 0, isOfficial: false, isAutomated: false };
}

const part = (page: number, count: number): readonly FoundRepository[] =>
  Array.from({ length: count }, (_, index) => found(`app-${page}-${index}`));

test('a search goes on where it left off until a part is not full', async () => {
  const engine = new ScriptedEngine();
  engine.answers['registries.search'] = ({ page }: { readonly page: number }) => part(page, page === 3 ? 7 : 50);
  const store = createRepositorySearchStore(engine.client);
  await store.getState().search({ registry: 'docker.io', term: 'app' });
  await store.getState().more();
  expect(store.getState()).toMatchObject({ hasMore: true, isAsking: false });
  await store.getState().more();
  expect(store.getState().hasMore).toBe(false);
  expect(store.getState().found?.map(({ name }) => name)).toHaveLength(107);
  expect(store.getState().found?.at(-1)?.name).toBe('app-3-6');
  await store.getState().more();
  expect(engine.callsTo('registries.search')).toHaveLength(3);
});

test('without a term a registry lists what it has, named as it is pulled', async () => {
  const engine = new ScriptedEngine();
  engine.answers['registries.repositories'] = ({ after }: { readonly after?: string }) =>
    after === undefined ? { names: ['one'], next: 'one' } : { names: ['two'] };
  const store = createRepositorySearchStore(engine.client);
  await store.getState().search({ registry: 'host:5000', term: '' });
  await store.getState().more();
  expect(store.getState()).toMatchObject({ found: [found('host:5000/one'), found('host:5000/two')], hasMore: false });
});

test('another search forgets what the one before has found, and its late answer', async () => {
  const engine = new ScriptedEngine();
  const late = Promise.withResolvers<readonly FoundRepository[]>();
  engine.answers['registries.search'] = ({ term }: { readonly term: string }) =>
    term === 'slow' ? late.promise : [found('quick')];
  const store = createRepositorySearchStore(engine.client);
  const slow = store.getState().search({ registry: 'docker.io', term: 'slow' });
  await store.getState().search({ registry: 'docker.io', term: 'quick' });
  late.resolve([found('slow')]);
  await slow;
  expect(store.getState().found).toEqual([found('quick')]);
});
