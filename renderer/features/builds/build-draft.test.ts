import { expect, test } from 'vitest';

import { buildLine, emptyDraft, wishOf } from './build-draft.ts';

const draft = {
  ...emptyDraft,
  folder: '/home/jess/app',
  dockerfile: 'FROM scratch',
  tags: 'app:1, other',
  args: 'A=1\n\nB=two words\n',
  target: ' test ',
};

test('the wish is what the form says', () => {
  expect(wishOf(draft)).toMatchObject({
    folder: '/home/jess/app',
    tags: ['app:1', 'other'],
    args: { A: '1', B: 'two words' },
    target: 'test',
  });
});

test.each([{ folder: 'relative' }, { folder: '' }, { dockerfile: ' \n' }])('%j is not enough', (change) => {
  expect(wishOf({ ...draft, ...change })).toBeUndefined();
});

test('the line is the same on the command line', () => {
  expect(buildLine(draft)).toBe(
    "estrato build -t app:1 -t other --build-arg A=1 --build-arg 'B=two words' --target test /home/jess/app",
  );
  expect(buildLine({ ...emptyDraft, file: 'x/Dockerfile.dev', folder: '/a', noCache: true, pull: true })).toBe(
    'estrato build -f /a/x/Dockerfile.dev --no-cache --pull /a',
  );
});
