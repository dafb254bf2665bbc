import { expect, test } from 'vitest';

import { matchingTags, splitTag } from './typed-tag.ts';

test.each([
  ['redis', 'redis', ''],
  ['redis:4', 'redis', '4'],
  ['localhost:5000/app', 'localhost:5000/app', ''],
  ['localhost:5000/app:', 'localhost:5000/app', ''],
])('%s is %s and %s', (text, repository, tag) => {
  expect(splitTag(text)).toEqual({ repository, tag });
});

test('what begins as typed comes first, and what is typed whole needs no help', () => {
  expect(matchingTags(['old-1', '1.0', '2'], '1')).toEqual({ shown: ['1.0', 'old-1'], more: 0 });
  expect(matchingTags(['1', '1.0'], '1').shown).toEqual([]);
  const many = Array.from({ length: 20 }, (_, index) => `v${index}`);
  expect(matchingTags(many, '')).toEqual({ shown: many.slice(0, 12), more: 8 });
});
