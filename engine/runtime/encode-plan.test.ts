import { readFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { encodePlan, operations, step } from './encode-plan.ts';

test('a plan is its magic, then steps with their arguments', () => {
  expect(encodePlan([step('chdir', '/ä', true), step('loopback')]).toString('hex')).toBe(
    [
      Buffer.from('ESTPLAN1').toString('hex'),
      '1d000000',
      '02000000',
      '03000000',
      '2fc3a400',
      '01000000',
      '3100',
      '15000000',
      '00000000',
    ].join(''),
  );
});

test('numbers are written out, bytes are taken as they are', () => {
  const bytes = encodePlan([step('user', 1000, 0xa804_25fbn, false), step('seccomp', Uint8Array.of(0, 255, 0))]);
  expect(bytes.includes(Buffer.from('\x04\0\0\x001000\0', 'latin1'))).toBe(true);
  expect(bytes.includes(Buffer.from('2818844155\0', 'latin1'))).toBe(true);
  expect(bytes.includes(Buffer.from('\x01\0\0\x000\0', 'latin1'))).toBe(true);
  expect(bytes.subarray(-8).toString('hex')).toBe('0300000000ff0000');
});

test('an empty plan is only its magic', () => {
  expect(encodePlan([]).toString()).toBe('ESTPLAN1');
});

test('the numbers are those of the launcher', async () => {
  const header = await readFile(new URL('../launcher/plan.h', import.meta.url), 'utf8');
  const [, body = ''] = /enum operation \{([^}]*)\}/.exec(header) ?? [];
  const names = [...body.matchAll(/OP_([A-Z_]+)/g)].map(([, name = '']) => name);
  const [last, ...reversed] = names.slice(0, -1).toReversed();
  expect(last).toBe('LAST');
  const camel = (name: string): string =>
    name.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const expected = reversed.toReversed().map((name, index) => [camel(name), index + 1]);
  expect(Object.fromEntries(expected)).toEqual(operations);
});
