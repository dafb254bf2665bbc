import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { replaceFile } from '#engine/async/replace-file.ts';
import { statsMark } from '#engine/contract/stats.ts';

import { resolutions, type StoredHistory } from './stats-history.ts';
import { numbersOf, samplesOf, SAMPLE_BYTES } from './sample-ring.ts';

/** Before the numbers: how many samples of each resolution follow, in one line of JSON. */
const header = z.object({
  version: z.literal(1),
  counts: z.array(z.int().min(0).max(100_000)).length(resolutions.length),
  marks: z.array(statsMark),
});

const NEWLINE = 10;

/** As it was last written; undefined when it never was, or can't be understood: what is lost then is a picture. */
export function readHistory(path: string): StoredHistory | undefined {
  try {
    const bytes = readFileSync(path);
    const end = bytes.indexOf(NEWLINE);
    const { counts, marks } = header.parse(JSON.parse(bytes.subarray(0, end).toString('utf8')));
    let at = end + 1;
    const rings = counts.map((count) => {
      const ring = samplesOf(bytes.subarray(at, at + count * SAMPLE_BYTES));
      at += count * SAMPLE_BYTES;
      return ring;
    });
    return { rings, marks };
  } catch {
    return undefined;
  }
}

/** Whole or not at all, but not waited for by the disk: a machine that loses its power loses a minute of a picture. */
export async function writeHistory(path: string, { rings, marks }: StoredHistory): Promise<void> {
  const first = JSON.stringify({ version: 1, counts: rings.map(({ length }) => length), marks });
  await replaceFile(path, Buffer.concat([Buffer.from(`${first}\n`), ...rings.map(numbersOf)]));
}
