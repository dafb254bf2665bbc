import { expect, test } from 'vitest';

import { parseSgrLine, type SgrSpan } from './sgr.ts';

const plain = (text: string): SgrSpan => ({ text, style: {} });

test.each<[string, string, readonly SgrSpan[]]>([
  ['plain text', 'hello', [plain('hello')]],
  ['an empty line', '', []],
  ['a named colour', '\x1b[31mred\x1b[0m off', [{ text: 'red', style: { foreground: 1 } }, plain(' off')]],
  ['a bright one', '\x1b[97;101mx', [{ text: 'x', style: { foreground: 15, background: 9 } }]],
  ['an indexed one', '\x1b[38;5;208mx', [{ text: 'x', style: { foreground: 208 } }]],
  ['a true one', '\x1b[48;2;1;2;3mx', [{ text: 'x', style: { background: { red: 1, green: 2, blue: 3 } } }]],
  [
    'several at once',
    '\x1b[1;4;32mx\x1b[22my',
    [
      { text: 'x', style: { bold: true, underline: true, foreground: 2 } },
      { text: 'y', style: { underline: true, foreground: 2 } },
    ],
  ],
  ['an empty SGR as a reset', '\x1b[1ma\x1b[mb', [{ text: 'a', style: { bold: true } }, plain('b')]],
])('shows %s', (_, line, spans) => {
  expect(parseSgrLine(line).spans).toEqual(spans);
});

test.each([
  ['cursor movement', 'a\x1b[2Jb\x1b[10;20Hc', 'abc'],
  ['a title', '\x1b]0;evil title\x07text', 'text'],
  ['a clipboard write', '\x1b]52;c;ZXZpbA==\x1b\\text', 'text'],
  ['a device string', 'a\x1bP+q544e\x1b\\b', 'ab'],
  ['private modes', '\x1b[?1049h\x1b[?25lx', 'x'],
  ['character sets', '\x1b(0x\x1b(B', 'x'],
  ['a sequence that the line cuts in half', 'text\x1b[38;5', 'text'],
  ['a string that never ends', 'text\x1b]0;title', 'text'],
  ['lone controls', 'a\x07b\x00c\x7f', 'abc'],
])('drops %s', (_, line, text) => {
  expect(parseSgrLine(line).text).toBe(text);
});

test('shows the last state of a progress bar', () => {
  expect(parseSgrLine('10%\r50%\r\x1b[32m100%\x1b[0m\r').text).toBe('100%');
});

test('lets a backspace take back a character', () => {
  expect(parseSgrLine('passworx\bd').text).toBe('password');
});

test('keeps tabs', () => {
  expect(parseSgrLine('a\tb').text).toBe('a\tb');
});

test('is not misled by nonsense colours', () => {
  expect(parseSgrLine('\x1b[38;5;999mx\x1b[38;2;300;0;0my\x1b[38mz').text).toBe('xyz');
});

test('takes back a character of two units whole', () => {
  expect(parseSgrLine('a😀\bb').text).toBe('ab');
});

test.each([
  ['colours without an end', `\x1b[${'38;'.repeat(20_000)}m`],
  ['spans that are taken back', 'a\x1b[1mb\x1b[0m'.repeat(8000) + '\b'.repeat(16_000)],
])('%s cost what they are long', (_, line) => {
  const start = performance.now();
  for (let times = 0; times < 5; times += 1) expect(parseSgrLine(line).text).toBe('');
  expect(performance.now() - start).toBeLessThan(1000);
});
