import { expect, test } from 'vitest';

import { parseRunMount } from './run-mount.ts';

test.each([
  ['id=key', 'key', '/run/secrets/key'],
  ['target=/x/key', 'key', '/x/key'],
  ['source=key', 'key', '/run/secrets/key'],
  ['src=key,target=/x/other', 'key', '/x/other'],
  ['source=key,id=other', 'key', '/run/secrets/key'],
])('a secret mounted by %s is %s at %s', (text, id, target) => {
  expect(parseRunMount(`type=secret,${text}`, '/')).toMatchObject({ id, target });
});
