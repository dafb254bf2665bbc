import { expect, test } from 'vitest';

import { exitReason } from './exit-reason.ts';

test.each([
  [0, { kind: 'success' }],
  [1, { kind: 'failure', code: 1 }],
  [2, { kind: 'failure', code: 2 }],
  [125, { kind: 'not-started' }],
  [126, { kind: 'not-executable' }],
  [127, { kind: 'not-found' }],
  [128, { kind: 'failure', code: 128 }],
  [130, { kind: 'signal', code: 130, signal: 'SIGINT', cause: 'interrupted' }],
  [137, { kind: 'signal', code: 137, signal: 'SIGKILL', cause: 'killed' }],
  [139, { kind: 'signal', code: 139, signal: 'SIGSEGV', cause: 'crashed' }],
  [143, { kind: 'signal', code: 143, signal: 'SIGTERM', cause: 'terminated' }],
  [255, { kind: 'failure', code: 255 }],
])('explains exit code %i', (code, reason) => {
  expect(exitReason(code)).toEqual(reason);
});

test('says out of memory rather than killed when the kernel ran out of memory for it', () => {
  expect(exitReason(137, true)).toEqual({ kind: 'out-of-memory' });
});
