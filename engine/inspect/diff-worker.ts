import { parentPort } from 'node:worker_threads';

import type { DiffHunk } from '#engine/contract/file-diff.ts';

import { diffTexts } from './line-diff.ts';
import type { DiffAnswer, TextPair } from './run-diff-worker.ts';

const AROUND = 3;
const LONGEST_LINE = 2000;
/** What a window can be told at once. */
const MOST_LETTERS = 1_500_000;

/** The differences from the first on, as far as they can be told. */
function bounded(hunks: readonly DiffHunk[]): DiffAnswer {
  const told: DiffHunk[] = [];
  let letters = 0;
  for (const hunk of hunks) {
    const lines: DiffHunk['lines'] = [];
    told.push({ ...hunk, lines });
    for (const { kind, text } of hunk.lines) {
      letters += Math.min(text.length, LONGEST_LINE) + 1;
      if (letters > MOST_LETTERS) return { hunks: told, isCut: true };
      lines.push({ kind, text: text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)} …` : text });
    }
  }
  return { hunks: told, isCut: false };
}

parentPort?.once('message', ({ before, now }: TextPair) => {
  parentPort?.postMessage(bounded(diffTexts(before, now, AROUND)));
});
