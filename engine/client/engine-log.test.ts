import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { readable, readEngineLog } from './engine-log.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'estrato-log-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

test.each([
  ['{"level":30,"time":0,"pid":7,"msg":"ready"}', '1970-01-01T00:00:00.000Z ready pid=7'],
  [
    '{"level":50,"time":0,"err":{"message":"no room"},"msg":"failed"}',
    '1970-01-01T00:00:00.000Z error: failed err="no room"',
  ],
  ['estrato: The disk is full.', 'estrato: The disk is full.'],
  ['{"half a', '{"half a'],
])('%s reads as %s', (line, text) => {
  expect(readable(line)).toBe(text);
});

test('only the last lines after the mark are shown', async () => {
  const path = join(dir, 'engine.log');
  await writeFile(path, 'old\none\ntwo\n\nthree\n');
  expect(await readEngineLog(path, 4, 2)).toEqual(['two', 'three']);
});

test('a log that is not there is empty', async () => {
  expect(await readEngineLog(join(dir, 'none'), 0, 9)).toEqual([]);
});
