import { expect, test } from 'vitest';

import { changedMode, parseModeChange } from './mode-change.ts';

test.each([
  ['0640', 0o755, false, 0o640],
  ['4755', 0o644, false, 0o4755],
  ['u=rwX,go=rX', 0o600, false, 0o644],
  ['u=rwX,go=rX', 0o700, false, 0o755],
  ['u=rwX,go=rX', 0o700, true, 0o755],
  ['+x', 0o644, false, 0o755],
  ['+w', 0o444, false, 0o644],
  ['a+w', 0o444, false, 0o666],
  ['go-rwx', 0o777, false, 0o700],
  ['g=u', 0o777, false, undefined],
  ['u+s,g+s,o+t', 0o755, false, 0o7755],
  ['a=', 0o777, false, 0],
  ['o=w', 0o777, false, 0o772],
  ['', 0, false, undefined],
  ['rwx', 0, false, undefined],
  ['8', 0, false, undefined],
  ['u=rw,', 0, false, undefined],
])('--chmod=%s of %o, a directory: %s', (text, mode, isDirectory, wanted) => {
  const change = parseModeChange(text);
  expect(change === undefined ? undefined : changedMode(change, mode, isDirectory)).toBe(wanted);
});
