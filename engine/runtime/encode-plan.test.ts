import { expect, test } from 'vitest';

import { encodePlan, step } from './encode-plan.ts';
import { operations } from './operations.ts';

test('a plan is its magic, then steps with their arguments', () => {
  expect(encodePlan([step('chdir', '/ä', true), step('loopback')]).toString('hex')).toBe(
    [
      Buffer.from('ESTPLAN2').toString('hex'),
      '03000000',
      '05000000',
      '636864697200',
      '03000000',
      '2fc3a400',
      '01000000',
      '3100',
      '01000000',
      '08000000',
      '6c6f6f706261636b00',
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
  expect(encodePlan([]).toString()).toBe('ESTPLAN2');
});

test('the operations are in the order that the launcher searches them in, each once', () => {
  expect(operations).toEqual([...new Set(operations)].toSorted());
});
