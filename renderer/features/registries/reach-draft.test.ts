import { expect, test } from 'vitest';

import type { RegistrySettings } from '#engine/contract/registry.ts';

import { draftOf, saidBetween } from './reach-draft.ts';

const known: RegistrySettings = {
  mirrors: ['one.example', 'two.example:5000'],
  insecure: true,
  authorities: '-----BEGIN CERTIFICATE-----\n',
  proxy: 'http://ann@proxy.example:3128',
};

test('what is left as it is is not said again: a proxy would lose its password', () => {
  expect(saidBetween(known, draftOf(known))).toEqual({});
});

test.each([
  ['mirrors, one a line', { mirrors: ' two.example:5000 \n\n' }, { mirrors: ['two.example:5000'] }],
  ['nothing more', { mirrors: '', proxy: ' ' }, { mirrors: [], proxy: '' }],
  ['a switch', { insecure: false }, { insecure: false }],
  ['another authority', { authorities: ' PEM\n' }, { authorities: 'PEM' }],
])('%s', (_, change, said) => {
  expect(saidBetween(known, { ...draftOf(known), ...change })).toEqual(said);
});

test('of a registry that nothing was said of', () => {
  const draft = { ...draftOf(undefined), proxy: 'none' };
  expect(saidBetween(undefined, draft)).toEqual({ proxy: 'none' });
});
