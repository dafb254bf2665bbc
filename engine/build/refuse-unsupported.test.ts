import { expect, test } from 'vitest';

import { parseDockerfile } from '#engine/dockerfile/parse-dockerfile.ts';

import { unsupportedIn } from './refuse-unsupported.ts';

test.each([
  ['RUN --security=insecure true', 'RUN --security=insecure is not allowed here'],
  ['RUN --security=all true', 'security "all" is not valid: there are sandbox and insecure'],
  ['RUN --mount=type=odd true', 'unsupported mount type "odd": there are bind, cache, tmpfs, secret and ssh'],
  ['RUN --mount=type=cache true', 'target is required for a mount'],
  ['RUN --mount=type=tmpfs,target=/t,id=x true', "unexpected key 'id' in 'type=tmpfs,target=/t,id=x'"],
  ['ADD --checksum=md5:0 http://localhost/a /', 'invalid checksum "md5:0": write sha256: and 64 hex digits'],
])('%s is refused at its line before any step has run', (instruction, message) => {
  const problems = unsupportedIn(parseDockerfile(`FROM a\nRUN true\n${instruction}`));
  expect(problems).toMatchObject([{ line: 3, message, severity: 'error' }]);
});

test.each([
  'RUN --security=sandbox true',
  'RUN --mount=type=$KIND,target=/t true',
  'RUN --mount=type=bind,target=/t --mount=type=secret,id=x true',
  'ADD --checksum=$SUM http://localhost/a /',
  `ADD --checksum=sha256:${'0'.repeat(64)} http://localhost/a /`,
])('%s is not', (instruction) => {
  expect(unsupportedIn(parseDockerfile(`FROM a\n${instruction}`))).toEqual([]);
});
