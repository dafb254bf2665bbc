import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';

import { RecentMap } from '#engine/async/recent-map.ts';
import { isMissing } from '#engine/content/file-failures.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { TreeRow } from '#engine/contract/layer.ts';
import { EntryIndex } from '#engine/layer/entry-index.ts';
import type { SecretKind } from '#engine/contract/waste.ts';
import { indexTar } from '#engine/layer/index-tar.ts';
import { pageOf } from '#engine/layer/layer-tree.ts';
import type { WalkChoice } from '#engine/layer/range-requests.ts';
import { StackTree } from '#engine/layer/stack-tree.ts';
import { walkIn } from '#engine/layer/walk-range.ts';

import { compareContent } from './compare-content.ts';
import { comparedRange, type ComparedRange } from './compared-range.ts';
import { duplicateContent } from './duplicate-content.ts';
import type {
  IndexPaths,
  InspectAnswer,
  InspectQuestion,
  StackPair,
  SuspectPlace,
  WeighedImage,
} from './inspect-task.ts';
import { largestDirectories, largestFiles } from './largest-paths.ts';
import { packageCaches } from './package-caches.ts';
import { packageFiles, packagesIn } from './package-files.ts';
import { secretIn, suspectFiles } from './secret-files.ts';
import { stackEfficiency } from './stack-efficiency.ts';
import { WeighedStack } from './weigh-stack.ts';

/** Trees of comparisons: their directories are asked for one after the other. */
const ranges = new RecentMap<string, ComparedRange>(2);

const ROWS_AT_ONCE = 500;
const CHUNK_BYTES = 1024 * 1024;

/** What the thread does: a question of the table answered, in one part or in several. */
export async function* answerTask(question: InspectQuestion): AsyncGenerator<InspectAnswer> {
  if (question.kind === 'walk') yield* walk(await rangeOf(question.wanted), question.wanted.request);
  else if (question.kind === 'packages') yield* packagesIn(question.wanted.files, question.wanted.directory);
  else yield { value: await answerTo(question), isLast: true };
}

async function answerTo(
  question: Exclude<InspectQuestion, { kind: 'walk' | 'packages' }>,
): Promise<InspectAnswer['value']> {
  switch (question.kind) {
    case 'efficiency':
      return stackEfficiency(new WeighedStack(await indexesOf(question.wanted)));
    case 'weigh':
      return weigh(new WeighedStack(await indexesOf(question.wanted)));
    case 'packageFiles':
      return packageFiles(StackTree.of(await indexesOf(question.wanted)));
    case 'secrets':
      return secretsIn(question.wanted);
    case 'index': {
      const { tar, into } = question.wanted;
      const { record, bytes } = await indexTar(createReadStream(tar, { highWaterMark: CHUNK_BYTES }));
      await writeFile(into, bytes);
      return record.diffId;
    }
    case 'compare': {
      const range = await rangeOf(question.wanted);
      const content = compareContent(range);
      return { tree: range.summary, content, beforeBytes: range.bytesBefore(0), nowBytes: range.bytes(0) };
    }
    case 'page':
      return pageOf(await rangeOf(question.wanted), question.wanted.request);
  }
}

/** One file open at a time. */
async function secretsIn(suspects: readonly SuspectPlace[]): Promise<readonly (SecretKind | undefined)[]> {
  const kinds: (SecretKind | undefined)[] = [];
  for (const { place, rules } of suspects) kinds.push(await secretIn(place, rules));
  return kinds;
}

function* walk(range: ComparedRange, request: WalkChoice): Generator<InspectAnswer> {
  let rows: TreeRow[] = [];
  for (const row of walkIn(range, request)) {
    rows.push(row);
    if (rows.length < ROWS_AT_ONCE) continue;
    yield { value: rows, isLast: false };
    rows = [];
  }
  yield { value: rows, isLast: true };
}

function weigh(stack: WeighedStack): WeighedImage {
  const { suspects, left } = suspectFiles(stack);
  return {
    efficiency: stackEfficiency(stack),
    largestFiles: largestFiles(stack),
    largestDirectories: largestDirectories(stack),
    caches: packageCaches(stack),
    ...duplicateContent(stack),
    suspects,
    filesUnread: left,
  };
}

async function rangeOf({ before, now }: StackPair): Promise<ComparedRange> {
  const key = [...before, '', ...now].join('\n');
  const known = ranges.get(key) ?? comparedRange(await indexesOf(before), await indexesOf(now));
  ranges.set(key, known);
  return known;
}

/** @throws EngineError `not-found` when a layer has gone meanwhile. */
async function indexesOf(paths: IndexPaths): Promise<readonly EntryIndex[]> {
  try {
    return await Promise.all(paths.map(async (path) => EntryIndex.of(await readFile(path))));
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new EngineError('not-found', 'A layer of what is looked at has been removed meanwhile; look again.', {
      cause: error,
    });
  }
}
