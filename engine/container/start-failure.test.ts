import { expect, test } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';
import { launchFailure } from '#engine/runtime/launch-failure.ts';

import { startFailure } from './start-failure.ts';

test.each([
  [127, 'exec: "x": executable file not found in $PATH', 127, ''],
  [127, 'exec: "/x": gone', 127, ': executable file not found in the container'],
  [126, 'exec: "/x": is a directory', 126, ': permission denied'],
  [125, 'mount the overlay: Invalid argument', 128, ''],
])("the launcher's %i, %s, is Docker's", (code, sentence, exitCode, added) => {
  expect(startFailure(launchFailure(code, sentence))).toMatchObject({ exitCode, message: `${sentence}${added}` });
});

test.each(['not-found', 'forbidden'] as const)('what else is %s says nothing of the program', (code) => {
  const thrown = new EngineError(code, 'get data: no such volume');
  expect(startFailure(thrown)).toEqual({ exitCode: 128, message: thrown.message, error: thrown });
});
