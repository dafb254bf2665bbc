import { expect, test } from 'vitest';

import { DetachKeyScanner, parseDetachKeys } from './detach-keys.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (passed: Uint8Array): string => Buffer.from(passed).toString();

test('keys are written as Docker writes them', () => {
  expect(parseDetachKeys('')).toEqual([16, 17]);
  expect(parseDetachKeys('ctrl-a,x,ctrl-\\')).toEqual([1, 120, 28]);
  expect(() => parseDetachKeys('ctrl-1')).toThrow('Invalid detach keys');
  expect(() => parseDetachKeys('a,,b')).toThrow('Invalid detach keys');
});

test('complete keys detach, and what follows them is dropped', () => {
  const scanner = new DetachKeyScanner(parseDetachKeys(''));
  expect(scanner.scan(bytes('ls\n\x10\x11rm'))).toEqual({ passed: new Uint8Array(bytes('ls\n')), isDetached: true });
});

test('keys that come in pieces are kept back until they are none', () => {
  const scanner = new DetachKeyScanner(parseDetachKeys(''));
  expect(text(scanner.scan(bytes('a\x10')).passed)).toBe('a');
  expect(text(scanner.scan(bytes('b')).passed)).toBe('\x10b');
  expect(text(scanner.scan(bytes('\x10')).passed)).toBe('');
  expect(text(scanner.scan(bytes('\x10')).passed)).toBe('\x10');
  expect(scanner.scan(bytes('\x11')).isDetached).toBe(true);
});
