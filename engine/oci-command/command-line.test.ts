import { describe, expect, test } from 'vitest';

import { readCommandLine } from './command-line.ts';

const table = {
  bundle: { kind: 'word', short: 'b' },
  env: { kind: 'words', short: 'e' },
  detach: { kind: 'flag', short: 'd' },
  number: { kind: 'word' },
} as const;

describe('a command line', () => {
  test.each([
    [['--bundle', '/b', 'one']],
    [['--bundle=/b', 'one']],
    [['-bundle', '/b', 'one']],
    [['-b', '/b', 'one']],
    [['-b=/b', '--', 'one']],
    [['-b', '/a', '-b', '/b', 'one']],
  ])('%j names a bundle', (args) => {
    const line = readCommandLine(args, table);
    expect(line.word('bundle')).toBe('/b');
    expect(line.words).toEqual(['one']);
  });

  test("what follows the container's id belongs to its program", () => {
    const line = readCommandLine(['-d', 'one', 'ls', '-d', '--', '--bundle'], table);
    expect(line.words).toEqual(['one', 'ls', '-d', '--', '--bundle']);
    expect(line.word('bundle')).toBeUndefined();
  });

  test('flags may be given as values, and words may have dashes and equal signs', () => {
    const line = readCommandLine(['--detach=false', '--env', '-x=1', '-e', 'A=b=c', '-'], table);
    expect(line.flag('detach')).toBe(false);
    expect(line.all('env')).toEqual(['-x=1', 'A=b=c']);
    expect(line.words).toEqual(['-']);
  });

  test.each([
    [['--moon'], 'There is no option --moon here'],
    [['-x'], 'There is no option -x here'],
    [['--__proto__'], 'There is no option --__proto__ here'],
    [['--bundle'], '--bundle needs a value'],
  ])('%j is refused', (args, words) => {
    expect(() => readCommandLine(args, table)).toThrow(words);
  });

  test.each(['', 'x', '1.5', '9007199254740993'])('%j is no number', (word) => {
    expect(() => readCommandLine([`--number=${word}`], table).number('number')).toThrow('takes a whole number');
  });
});
