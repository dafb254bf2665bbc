import { expect, test } from 'vitest';

import { PrefixedLines } from './prefixed-lines.ts';

function collected(): { readonly texts: string[]; write(text: string): void } {
  const texts: string[] = [];
  return { texts, write: (text) => void texts.push(text) };
}

test('lines are told whole, however they come', () => {
  const output = collected();
  const lines = new PrefixedLines('web | ', output);
  for (const piece of ['o', 'n', 'e\ntwo\nth', 'ree']) lines.add(Buffer.from(piece));
  lines.end();
  expect(output.texts.join('')).toBe('web | one\nweb | two\nweb | three\n');
});

test('a line that never ends is told in pieces, and costs what it is long', () => {
  const output = collected();
  const lines = new PrefixedLines('web | ', output);
  const piece = Buffer.alloc(1024, '.');
  for (let index = 0; index < 32 * 1024; index += 1) lines.add(piece);
  expect(output.texts.join('').length).toBeGreaterThanOrEqual(32 * 1024 * 1024);
});
