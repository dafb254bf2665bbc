import { expect, test } from 'vitest';

import type { BuildNews, MissReason } from '#engine/contract/build.ts';
import { parseDigest } from '#engine/contract/digest.ts';

import { BuildDisplay } from './build-display.ts';

const stateId = parseDigest(`sha256:${'a'.repeat(64)}`);
const step = (number: number, text = `RUN ${number}`) =>
  ({ number, total: 9, stage: 'build', text, line: number, endLine: number }) as const;
const begin = (number: number, text?: string): BuildNews => ({ kind: 'begin', step: step(number, text) });
const output = (number: number, text: string): BuildNews => ({
  kind: 'output',
  step: step(number),
  stream: 'stdout',
  text,
});
const end = (number: number): BuildNews => ({ kind: 'end', step: step(number), stateId, durationMs: 1500 });

function shown(news: readonly BuildNews[], hasColours = false): BuildDisplay {
  const display = new BuildDisplay({ now: 0, hasColours });
  for (const each of news) display.add(each, 1000);
  return display;
}

const size = { columns: 40, rows: 10 };

test('finished and running steps, with the last lines of those that run', () => {
  const display = shown([
    begin(1),
    { kind: 'verdict', step: step(1), verdict: { kind: 'hit' } },
    end(1),
    begin(2),
    output(2, 'one\ntwo\nthr'),
    output(2, 'ee'),
  ]);
  expect(display.lines(3000, size)).toEqual([
    '[+] Building 3.0s (1/9)',
    ' => CACHED [build 1/9] RUN 1       1.5s',
    ' => [build 2/9] RUN 2              2.0s',
    ' => => one',
    ' => => two',
    ' => => three',
  ]);
});

test('where there is little room, finished steps give way, and then logs', () => {
  const news = [1, 2, 3, 4].flatMap((number) => [begin(number), end(number)]);
  const display = shown([...news, begin(5), output(5, 'a\nb\nc\n'), begin(6), output(6, 'd\ne\n')]);
  const texts = (rows: number): readonly string[] =>
    display.lines(2000, { ...size, rows }).map((line) => line.replaceAll(/\[build | +\d\.\ds$|=> /g, '').trim());
  expect(texts(9)).toEqual(
    ['[+] Building 2.0s (4/9)', '4/9] RUN 4', '5/9] RUN 5', 'a', 'b', 'c', '6/9] RUN 6', 'd', 'e'].slice(0, 9),
  );
  expect(texts(5)).toEqual(['[+] Building 2.0s (4/9)', '5/9] RUN 5', 'c', '6/9] RUN 6', 'e']);
  expect(texts(3)).toEqual(['[+] Building 2.0s (4/9)', '5/9] RUN 5', '6/9] RUN 6']);
  expect(texts(1)).toHaveLength(1);
});

test('what a step prints moves nothing', () => {
  const display = shown([begin(1, 'RUN \u001B[2J'), output(1, 'a\rb\u001B[5Ac\u0007\u009B1m\nnext\r\n')]);
  const lines = display.lines(1000, size);
  expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  expect(lines.slice(2)).toEqual([' => => bc ', ' => => next']);
});

test('at the end all is said: why steps were not cached, and what the one that failed printed', () => {
  const display = shown([
    begin(1),
    { kind: 'verdict', step: step(1), verdict: { kind: 'missed', reasons: [{ kind: 'above', line: 3 }] } },
    end(1),
    begin(2),
    output(2, 'oh\nno\n'),
  ]);
  expect(display.whole(2000, 40)).toEqual([
    '[+] Building 2.0s (1/9)',
    ' => [build 1/9] RUN 1              1.5s',
    ' => => not cached: the step on line 3 was built anew',
    ' => [build 2/9] RUN 2              1.0s',
    '------',
    ' > [build 2/9] RUN 2:',
    'oh',
    'no',
    '------',
  ]);
});

test('a step whose files have changed says what ran again because of it', () => {
  const missed = (number: number, reason: MissReason): BuildNews => ({
    kind: 'verdict',
    step: step(number),
    verdict: { kind: 'missed', reasons: [reason] },
  });
  const display = shown([
    begin(1),
    missed(1, { kind: 'file', path: '/a', change: 'content' }),
    end(1),
    begin(2),
    missed(2, { kind: 'above', line: 1 }),
    end(2),
  ]);
  expect(display.whole(2000, 40).filter((line) => line.startsWith(' => => '))).toEqual([
    ' => => not cached: /a has other content',
    ' => => so line 2 ran again (1.5s): above this line, what needs none of these files is kept',
    ' => => not cached: the step on line 1 was built anew',
  ]);
});

test('colours are only where they are wanted', () => {
  const news = [begin(1), end(1), begin(2), output(2, 'x')];
  expect(shown(news).lines(1000, size).join('')).not.toContain('\u001B');
  expect(shown(news, true).lines(1000, size).join('')).toContain('\u001B[');
});
