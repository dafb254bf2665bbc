import { expect, test } from 'vitest';

import type { BuildNews } from '#engine/contract/build.ts';
import { parseDigest } from '#engine/contract/digest.ts';

import { BuildPrinter } from './build-printer.ts';

const stateId = parseDigest(`sha256:${'a'.repeat(64)}`);
const step = (number: number) => ({
  number,
  total: 2,
  stage: 'x',
  text: `RUN ${number}`,
  line: number,
  endLine: number,
});
const output = (number: number, text: string): BuildNews => ({
  kind: 'output',
  step: step(number),
  stream: 'stdout',
  text,
});
const end = (number: number): BuildNews => ({ kind: 'end', step: step(number), stateId, durationMs: 1250 });

test('lines of steps side by side stay whole, and the last of each needs no end', () => {
  const printer = new BuildPrinter();
  const news = [output(1, 'one\ntw'), output(2, 'other\n'), output(1, 'o\nthree'), end(1), end(2)];
  expect(news.map((each) => printer.add(each)).join('')).toBe(
    '#1 one\n#2 other\n#1 two\n#1 three\n#1 DONE 1.3s\n#2 DONE 1.3s\n',
  );
});
