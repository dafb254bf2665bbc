import { expect, test } from 'vitest';

import { parseGitPlace } from './git-place.ts';

test.each([
  ['https://example.com/a/b.git', { url: 'https://example.com/a/b.git', ref: undefined, directory: '' }],
  ['git://example.com/a#v1.2', { url: 'git://example.com/a', ref: 'v1.2', directory: '' }],
  ['ssh://git@example.com/a#main:deep/er', { url: 'ssh://git@example.com/a', ref: 'main', directory: 'deep/er' }],
  ['git@example.com:a/b.git#:docs', { url: 'git@example.com:a/b.git', ref: undefined, directory: 'docs' }],
  ['https://example.com/a.tar.gz', undefined],
  ['./folder', undefined],
  ['folder.git', undefined],
  ['ext::sh -c id', undefined],
  ['file:///etc/repository.git', undefined],
  ['-oProxyCommand=id@host:x', undefined],
  ['ssh://-oProxyCommand=id/x', undefined],
])('%s is taken as %o', (text, place) => {
  expect(parseGitPlace(text)).toEqual(place);
});

test.each(['--upload-pack=id', 'a..b', 'a b'])('%s is no ref', (ref) => {
  expect(() => parseGitPlace(`git://example.com/a#${ref}`)).toThrow('is no branch, tag or commit');
});
