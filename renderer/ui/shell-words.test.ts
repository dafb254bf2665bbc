import { expect, test } from 'vitest';

import { joinShellWords, splitShellWords } from './shell-words.ts';

test.each([
  ['', []],
  ['   ', []],
  ['sh', ['sh']],
  ['sh -c "echo hi"', ['sh', '-c', 'echo hi']],
  [`sh -c 'echo $HOME; ls *'`, ['sh', '-c', 'echo $HOME; ls *']],
  [`a''b "" ''`, ['ab', '', '']],
  [String.raw`a\ b`, ['a b']],
  [String.raw`"a \"quoted\" \n \$x"`, [String.raw`a "quoted" \n $x`]],
  ['one\\\ntwo', ['onetwo']],
  ['one\n two\tthree', ['one', 'two', 'three']],
  [`--name="a b"c`, ['--name=a bc']],
])('splits %j', (line, words) => {
  expect(splitShellWords(line)).toEqual({ words });
});

test.each([
  [`sh -c 'echo`, 'open-single-quote'],
  ['sh -c "echo', 'open-double-quote'],
  ['sh \\', 'trailing-backslash'],
])('says why %j is no whole line', (line, problem) => {
  expect(splitShellWords(line)).toEqual({ problem });
});

test.each([[['sh', '-c', 'echo "$HOME"']], [["it's", '', 'a b', 'c\nd', '\\']], [['--label=a=b', 'x:y', '*', '~']]])(
  'writes %j so that it reads back the same',
  (words) => {
    expect(splitShellWords(joinShellWords(words))).toEqual({ words });
  },
);
