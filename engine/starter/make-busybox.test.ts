import { readFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { isStatic } from './make-busybox.ts';

test('a program that is loaded by another is not static', async () => {
  expect(isStatic(await readFile(process.execPath))).toBe(false);
});

test('what is no program is not static either', () => {
  expect(isStatic(Buffer.from('#!/bin/sh\n'))).toBe(false);
  expect(isStatic(Buffer.alloc(0))).toBe(false);
});

test('a program without an interpreter is', () => {
  const elf = Buffer.alloc(64 + 56);
  elf.write('\x7fELF', 'latin1');
  elf.writeBigUInt64LE(64n, 32);
  elf.writeUInt16LE(56, 54);
  elf.writeUInt16LE(1, 56);
  elf.writeUInt32LE(1, 64);
  expect(isStatic(elf)).toBe(true);
  elf.writeUInt32LE(3, 64);
  expect(isStatic(elf)).toBe(false);
});
