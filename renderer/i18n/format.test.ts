import { expect, test } from 'vitest';

import { createFormat } from './format.ts';

const en = createFormat('en');
const es = createFormat('es');

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [4_263_051, '4.26 MB'],
  [999_600, '1 MB'],
  [153_000_000_000, '153 GB'],
])('%i bytes are %s', (bytes, text) => {
  expect(en.bytes(bytes).replace('\u00a0', ' ')).toBe(text);
});

test('a decimal is written as the language writes it', () => {
  expect(es.bytes(4_263_051).replace('\u00a0', ' ')).toBe('4,26 MB');
});

test('a difference carries its sign', () => {
  const text = [1500, -1500, 0].map((bytes) => en.bytesDelta(bytes).replace('\u00a0', ' '));
  expect(text).toEqual(['+1.5 kB', '−1.5 kB', '±0 B']);
});

test.each([
  [0, '0 ms'],
  [99.4, '99 ms'],
  [99.6, '0.1 s'],
  [61_240, '61.2 s'],
])('%d milliseconds are %s', (milliseconds, text) => {
  expect(en.seconds(milliseconds).replace('\u00a0', ' ')).toBe(text);
});

test('an age is told in its largest unit', () => {
  const now = 1_700_000_000_000;
  expect(en.ago(now - 3 * 3_600_000, now)).toBe('3 hours ago');
  expect(en.ago(now - 86_400_000, now)).toBe('yesterday');
  expect(es.ago(now - 3 * 3_600_000, now)).toBe('hace 3 horas');
  expect(en.ago(now + 2000, now)).toBe('now');
});
