import { expect, test } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';

import { isNameTaken, nextRowId } from './run-form.ts';

test.each([
  ['conflict', 'Conflict. The container name "/web" is already in use by container "0123".', 'web', true],
  ['conflict', 'Bind for 0.0.0.0:80 failed: port is already allocated', 'web', false],
  ['conflict', 'Bind for 0.0.0.0:80 failed: port is already allocated', undefined, false],
  ['not-found', 'There is no "/web".', 'web', false],
] as const)('%s (%s) of a container %s is about its name: %s', (code, message, name, isTaken) => {
  expect(isNameTaken(new EngineError(code, message), name)).toBe(isTaken);
});

test('a new row has an id that no other has', () => {
  expect([nextRowId([]), nextRowId([{ id: 3 }, { id: 1 }])]).toEqual([1, 4]);
});
