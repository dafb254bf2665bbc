import { expect, test } from 'vitest';

import { isSoundPasta } from './connectors.ts';

test.each([
  ['pasta 2024_09_06.6b38f07\nCopyright Red Hat\n', true],
  ['pasta 2025_02_17.a1e48a0-1\n', true],
  ['pasta 2023_03_09.7c7625d\n', false],
  ['pasta unknown version\nCopyright Red Hat\n', false],
  ['', false],
])('%j is preferred: %j', (version, isPreferred) => {
  expect(isSoundPasta(version)).toBe(isPreferred);
});
