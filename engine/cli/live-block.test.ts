import { expect, test } from 'vitest';

import { cut, LiveBlock, widthOf } from './live-block.ts';

function terminal(size: { columns: number; rows: number }) {
  const written: string[] = [];
  const screen = { isTTY: true, ...size, write: (text: string) => void written.push(text) };
  return { screen, block: new LiveBlock(screen), last: () => written.at(-1) };
}

test('what was drawn is drawn over', () => {
  const { block, last } = terminal({ columns: 20, rows: 10 });
  block.draw(['one', 'two']);
  expect(last()).toBe('one\ntwo\n');
  block.draw(['three']);
  expect(last()).toBe('\u001B[2A\r\u001B[Jthree\n');
  block.settle(['done']);
  expect(last()).toBe('\u001B[1A\r\u001B[Jdone\n');
  block.draw(['next']);
  expect(last()).toBe('next\n');
});

test('no more is drawn than the terminal has room for', () => {
  const { block, last } = terminal({ columns: 8, rows: 3 });
  block.draw(['one', 'two', 'three is long']);
  expect(last()).toBe('two\nthree i\n');
});

test('lines that wrapped when it became narrow are drawn over, too', () => {
  const { screen, block, last } = terminal({ columns: 40, rows: 10 });
  block.draw(['x'.repeat(30), 'short']);
  screen.columns = 10;
  block.draw(['now']);
  expect(last()).toBe('\u001B[4A\r\u001B[Jnow\n');
});

test.each([
  ['abc', 3],
  ['日本', 4],
  ['é👍', 3],
  ['\u001B[31mred\u001B[39m', 3],
])('%j takes %i columns', (line, columns) => {
  expect(widthOf(line)).toBe(columns);
});

test('a letter that fits only by half is left out', () => {
  expect(cut('a日本', 4)).toBe('a日');
  expect(cut('abc', 4)).toBe('abc');
});
