import { Worker } from 'node:worker_threads';

import { expect, test } from 'vitest';

import type { IndexEntry } from '#engine/layer/encode-entry-index.ts';
import { digestOf } from '#engine/layer/testing/layer-fixtures.ts';

import { threadEntry, type ThreadNews } from './asked-thread.ts';
import type { InspectAnswer } from './inspect-task.ts';
import { IndexFiles, treeDir, whiteout } from './testing/inspect-fixtures.ts';

const COPIES = 100_000;
/** Hardly more than the thread's program needs; columns are beside it, some bytes a file. */
const LEAST_HEAP = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 };

/** Of a size and a content that it shares with one other. */
function copy(name: string, number: number): IndexEntry {
  const content = Math.floor(number / 2);
  const facts = { mode: 0o644, uid: 0, gid: 0, mtime: 0, type: 'file', size: 4096 + content } as const;
  const contentDigest = Buffer.from(digestOf(Buffer.from(String(content))).slice('sha256:'.length), 'hex');
  return { ...facts, name, contentDigest: contentDigest.toString('latin1') };
}

test('a hundred thousand copies are weighed in hardly any memory', async () => {
  await using indexes = await IndexFiles.open();
  const files = Array.from({ length: COPIES }, (_, number) => copy(`${'long-'.repeat(20)}${number}`, number));
  const wanted = await indexes.stack(
    treeDir('', treeDir('shown', ...files), treeDir('gone', ...files)),
    treeDir('', whiteout('gone')),
  );
  const entry = threadEntry('inspect-worker', import.meta.url);
  await using worker = new Worker(entry, { execArgv: [], resourceLimits: LEAST_HEAP });
  const answer = new Promise<ThreadNews<InspectAnswer>>((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
  });
  worker.postMessage({ kind: 'weigh', id: 1, wanted });
  const most = 4096 + COPIES / 2 - 1;
  const value = {
    duplicateBytes: ((4096 + most) / 2) * (COPIES / 2),
    duplicates: { length: 50, 0: { size: most, copies: 2, wastedBytes: most } },
    efficiency: { hiddenPaths: COPIES },
  };
  expect(await answer).toMatchObject({ news: { value } });
});
