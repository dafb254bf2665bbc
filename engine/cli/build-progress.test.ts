import { expect, test } from 'vitest';

import type { BuildNews } from '#engine/contract/build.ts';
import { parseDigest } from '#engine/contract/digest.ts';

import { openProgress } from './build-progress.ts';
import type { ProgressKind } from './progress-kinds.ts';

const step = { number: 1, total: 1, stage: '0', text: 'FROM a', line: 1, endLine: 1 };
const news: readonly BuildNews[] = [
  { kind: 'begin', step },
  { kind: 'end', step, stateId: parseDigest(`sha256:${'a'.repeat(64)}`), durationMs: 1000 },
];

function told(kind: ProgressKind, isTTY: boolean, env: Readonly<Record<string, string>>): string {
  const written: string[] = [];
  const screen = {
    isTTY,
    columns: 80,
    rows: 24,
    write: (text: string) => void written.push(text),
    on: () => 0,
    off: () => 0,
  };
  {
    using shown = openProgress(kind, screen, env);
    for (const each of news) shown.add(each);
  }
  return written.join('');
}

const DRAWN = /^\[\+\] Building .*\n\S+ => \[0 1\/1\] FROM a +1\.0s\S+\n$/;
const UNCOLOURED = /^\[\+\] Building .*\n => \[0 1\/1\] FROM a +1\.0s\n$/;
const LINES = /^#1 \[0 1\/1\] FROM a\n#1 DONE 1\.0s\n$/;
const JSON_LINES = /^\{"kind":"begin".*\}\n\{"kind":"end".*\}\n$/;

test.each([
  { what: 'a terminal', kind: 'auto', isTTY: true, env: {}, text: DRAWN },
  { what: 'a terminal without colours', kind: 'auto', isTTY: true, env: { NO_COLOR: '1' }, text: UNCOLOURED },
  { what: 'a dumb terminal', kind: 'auto', isTTY: true, env: { TERM: 'dumb' }, text: LINES },
  { what: 'a file', kind: 'auto', isTTY: false, env: {}, text: LINES },
  { what: 'a terminal where lines are wanted', kind: 'plain', isTTY: true, env: {}, text: LINES },
  { what: 'a program', kind: 'json', isTTY: true, env: {}, text: JSON_LINES },
] as const)('what $what is shown', ({ kind, isTTY, env, text }) => {
  expect(told(kind, isTTY, { ...env })).toMatch(text);
});

test('nothing is drawn on what is no terminal', () => {
  expect(() => told('tty', false, {})).toThrow('There is no terminal to draw on; write --progress plain.');
});
