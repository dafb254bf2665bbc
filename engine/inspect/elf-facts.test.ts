import { open } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { elfFacts } from './elf-facts.ts';
import type { ReadAt } from './elf-fields.ts';

const reading =
  (bytes: Buffer): ReadAt =>
  (offset, length) =>
    Promise.resolve(bytes.subarray(offset, offset + length));

/** A 32-bit big-endian program with an interpreter, two libraries and a build id, its tables where the numbers say. */
function smallProgram(): Buffer {
  const bytes = Buffer.alloc(0x200);
  const words = (at: number, ...values: readonly number[]): void => {
    for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, at + index * 4);
  };
  bytes.write('\x7fELF\x01\x02\x01', 'latin1');
  bytes.writeUInt16BE(2, 16);
  bytes.writeUInt16BE(20, 18);
  words(28, 0x34, 0x1c0);
  bytes.writeUInt16BE(4, 44);
  bytes.writeUInt16BE(1, 48);
  words(0x34, 1, 0, 0x1000, 0, 0x200, 0x200);
  words(0x54, 3, 0x120, 0x1120, 0, 7, 7);
  words(0x74, 2, 0x140, 0x1140, 0, 0x30, 0x30);
  words(0x94, 4, 0x180, 0x1180, 0, 0x18, 0x18);
  bytes.write('/ld.so\0\0one.so\0two.so\0/lib\0', 0x120, 'latin1');
  words(0x150 - 0x10, 5, 0x1128, 1, 0, 1, 7, 29, 14, 0, 0);
  words(0x180, 4, 4, 3);
  bytes.write('GNU\0\xca\xfe\xba\xbe', 0x18c, 'latin1');
  words(0x1c4, 2);
  return bytes;
}

test('a program says what it is, what loads it, and what it needs', async () => {
  expect(await elfFacts(reading(smallProgram()))).toEqual({
    kind: 'elf',
    bits: 32,
    byteOrder: 'big',
    type: 'executable',
    machine: 'PowerPC',
    interpreter: '/ld.so',
    needed: ['one.so', 'two.so'],
    runPath: '/lib',
    buildId: 'cafebabe',
    isStripped: false,
    isStatic: false,
  });
});

test('the program that runs this test is read in its parts', async () => {
  await using file = await open(process.execPath);
  const facts = await elfFacts(async (offset, length) => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  });
  expect(facts).toMatchObject({ kind: 'elf', bits: 64, byteOrder: 'little', isStatic: false });
  expect(facts?.interpreter).toMatch(/\/ld-linux/);
  expect(facts?.needed).toContain('libc.so.6');
});

test('what is cut short, or full of numbers that lead nowhere, is told as far as it goes', async () => {
  const whole = smallProgram();
  for (let length = 0; length < whole.length; length += 1) {
    const facts = await elfFacts(reading(whole.subarray(0, length)));
    expect(facts === undefined).toBe(length < 52);
  }
  const wild = Buffer.alloc(0x200, 0xff);
  wild.write('\x7fELF\x02\x01', 'latin1');
  expect(await elfFacts(reading(wild))).toMatchObject({ type: 'other', machine: 'machine 65535', needed: [] });
});
