import { expect, test } from 'vitest';

import { findMethod } from './method-areas.ts';
import { methods } from './methods.ts';
import type { MethodName } from './methods.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the table are its names
const names = Object.keys(methods) as MethodName[];

test.each(names)('%s is found without the rest of the table', async (name) => {
  expect(await findMethod(name)).toBe(methods[name]);
});
