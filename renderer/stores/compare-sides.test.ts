import { expect, test } from 'vitest';

import { compareAddress, emptySide, formatDraft, parseDraft, sideOf } from './compare-sides.ts';

test.each([
  ['image:redis:4.0.6', { kind: 'image', image: 'redis:4.0.6' }],
  ['layer:redis:4.0.6#3', { kind: 'layer', image: 'redis:4.0.6', layer: 2 }],
  ['layer:redis', undefined],
  ['layer:redis#0', undefined],
  ['container:web', { kind: 'container', container: 'web' }],
  ['remote:registry.example.com/app:1', { kind: 'remote', reference: 'registry.example.com/app:1', fetch: false }],
  ['archive:/srv/image.tar', { kind: 'archive', path: '/srv/image.tar' }],
  ['archive:image.tar', undefined],
  ['image: ', undefined],
])('%s is asked for as %j', (text, side) => {
  expect(sideOf(parseDraft(text))).toEqual(side);
});

test('what only a registry has is downloaded when somebody says so', () => {
  expect(sideOf({ kind: 'remote', text: 'app:1' }, true)).toEqual({ kind: 'remote', reference: 'app:1', fetch: true });
});

test('an address names both sides, and what names none is an image to be chosen', () => {
  const draft = parseDraft('container:web');
  const params = new URLSearchParams(compareAddress(draft).split('?')[1]);
  expect(parseDraft(params.get('before'))).toEqual(draft);
  expect(parseDraft(params.get('now'))).toEqual(emptySide);
  expect(parseDraft('else')).toEqual(emptySide);
  expect(parseDraft(null)).toEqual(emptySide);
  expect(formatDraft(draft)).toBe('container:web');
});
