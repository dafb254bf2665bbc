import { expect, test } from 'vitest';

import { buildParameters } from '#engine/contract/build.ts';

import { buildLine, draftFrom, emptyDraft, wishOf, wrongSecrets } from './build-draft.ts';

const draft = {
  ...emptyDraft,
  folder: '/home/jess/app',
  dockerfile: 'FROM scratch',
  tags: 'app:1, other',
  args: 'A=1\n\nB=two words\n',
  target: ' test ',
  platform: 'linux/arm64',
  secrets: 'token=/run/token\n',
};

test('the wish is what the form says', () => {
  expect(wishOf(draft)).toMatchObject({
    folder: '/home/jess/app',
    tags: ['app:1', 'other'],
    args: { A: '1', B: 'two words' },
    target: 'test',
    platform: 'linux/arm64',
    secretFiles: { token: '/run/token' },
  });
});

test('a rebuild reads the file again only if it was built as it stands there', () => {
  const text = draft.dockerfile;
  expect(wishOf({ ...draft, known: text })?.dockerfilePath).toBe('/home/jess/app/Dockerfile');
  expect(wishOf({ ...draft, known: text, file: 'x/dev' })?.dockerfilePath).toBe('/home/jess/app/x/dev');
  expect(wishOf({ ...draft, known: `${text}\n` })?.dockerfilePath).toBeUndefined();
});

test('a build is asked for again as it was', () => {
  const before = { ...draft, network: 'none', noCache: true, pull: true, file: 'docker/dev', known: draft.dockerfile };
  const { dockerfile, secrets: _, ...rest } = wishOf(before) ?? { dockerfile: '', secrets: {} };
  const parameters = buildParameters.parse({ ...rest, secrets: [] });
  const record = { names: ['app:1', 'other'], dockerfile, target: 'test', parameters };
  const again = draftFrom({ ...record, id: '1', project: '', startedAt: '', state: 'done', steps: [] });
  expect(wishOf({ ...again, known: dockerfile })).toEqual(wishOf(before));
});

test.each([
  ['token', ['token']],
  ['=/a', ['']],
  ['a=b', ['a']],
  ['a=/b\n\nc=/d', []],
])('secrets %j have these wrong: %j', (text, wrong) => {
  expect(wrongSecrets(text)).toEqual(wrong);
});

test.each([{ folder: 'relative' }, { folder: '' }, { dockerfile: ' \n' }])('%j is not enough', (change) => {
  expect(wishOf({ ...draft, ...change })).toBeUndefined();
});

test('the line is the same on the command line', () => {
  expect(buildLine(draft)).toBe(
    "estrato build -t app:1 -t other --build-arg A=1 --build-arg 'B=two words' " +
      '--secret id=token,src=/run/token --target test --platform linux/arm64 /home/jess/app',
  );
  expect(buildLine({ ...emptyDraft, file: 'x/Dockerfile.dev', folder: '/a', noCache: true, pull: true })).toBe(
    'estrato build -f /a/x/Dockerfile.dev --no-cache --pull /a',
  );
});
