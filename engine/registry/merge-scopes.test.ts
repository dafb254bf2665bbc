import { expect, test } from 'vitest';

import { mergeScopes } from './merge-scopes.ts';

test.each([
  [['repository:a/b:pull', 'repository:a/b:pull,push'], 'repository:a/b:pull,push'],
  [['repository:a:pull repository:b:pull', 'repository:b:push'], 'repository:a:pull repository:b:pull,push'],
  [['registry:catalog:*', ''], 'registry:catalog:*'],
  [['repository:host:5000/a:pull', 'repository:host:5000/a:push'], 'repository:host:5000/a:pull,push'],
])('%j are asked for as %s', (scopes, merged) => {
  expect(mergeScopes(...scopes)).toBe(merged);
});
