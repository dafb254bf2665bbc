import { expect, test } from 'vitest';

import { checkLogOptions, limitsIn, logWarnings, roomIn } from './log-options.ts';
import { parseLogging } from './logging.ts';

test.each([
  [{}, {}],
  [{ 'max-size': '10m' }, { maxBytes: 10_000_000 }],
  [
    { 'max-size': '1.5k', 'max-file': '3' },
    { maxBytes: 1500, maxFiles: 3 },
  ],
  [{ 'max-size': '64kB' }, { maxBytes: 64_000 }],
  [{ 'max-size': '1000' }, { maxBytes: 1000 }],
  [{ 'max-size': '-1' }, { maxBytes: 0 }],
])('%j says how much is kept', (options, expected) => {
  expect(limitsIn(options)).toEqual(expected);
});

test.each([
  [{ 'max-size': 'much' }, "invalid size: 'much'"],
  [{ 'max-size': '0' }, 'max-size must be a positive number'],
  [{ 'max-file': '0' }, 'max-file cannot be less than 1'],
  [{ 'max-file': '-3' }, 'max-file cannot be less than 1'],
  [{ 'max-file': 'x' }, 'max-file: parsing "x": invalid syntax'],
  [{ 'max-file': '100000' }, 'max-file cannot be more than 1000'],
  [{ 'max-buffer-size': '4m' }, "max-buffer-size option is only supported with 'mode=non-blocking'"],
  [{ mode: 'non-blocking', 'max-buffer-size': 'much' }, "error parsing option max-buffer-size: invalid size: 'much'"],
  [{ mode: 'non-blocking', 'max-buffer-size': '0' }, 'max-buffer-size must be between 1 byte and 1g, not 0'],
  [{ mode: 'non-blocking', 'max-buffer-size': '2g' }, 'max-buffer-size must be between 1 byte and 1g, not 2g'],
  [{ mode: 'fast' }, 'logger: logging mode not supported: fast'],
  [{ colour: 'red' }, "unknown log opt 'colour' for json-file log driver"],
])('%j is refused in a sentence', (options, sentence) => {
  expect(() => checkLogOptions('json-file', options)).toThrow(sentence);
});

test.each([
  [{}, undefined],
  [{ mode: 'blocking' }, undefined],
  [{ mode: 'non-blocking' }, 1_048_576],
  [{ mode: 'non-blocking', 'max-buffer-size': '4m' }, 4_194_304],
  [{ mode: 'non-blocking', 'max-buffer-size': '1.5k' }, 1536],
  [{ mode: 'non-blocking', 'max-buffer-size': '2MiB' }, 2_097_152],
])('%j says how much may wait for the disk', (options, bytes) => {
  expect(roomIn(options)).toBe(bytes);
});

test('a driver that keeps nothing takes any options, one that isn’t there none', () => {
  expect(parseLogging('none', { colour: 'red' })).toEqual({ driver: 'none', options: { colour: 'red' } });
  expect(() => parseLogging('syslog', {})).toThrow("logger: no log driver named 'syslog' is registered");
});

test('what is taken and doesn’t happen is said', () => {
  expect(logWarnings({ options: { compress: 'true' } })).toEqual([expect.stringContaining('compress=true')]);
  expect(logWarnings({ options: { compress: 'false' } })).toEqual([]);
  expect(logWarnings(undefined)).toEqual([]);
});
