import type { BuildNews, BuildRecord, BuildStep } from '#engine/contract/build.ts';
import type { EngineClient } from '#engine/contract/client.ts';
import { parseDigest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { openProgress } from './build-progress.ts';

/** A record doesn't say it, and nothing shows it. */
const NO_STATE = parseDigest(`sha256:${'0'.repeat(64)}`);

/** Shows a build that goes on by itself until it has ended. @throws EngineError with what it failed with. */
export async function followBuild(engine: EngineClient, build: string, signal: AbortSignal): Promise<void> {
  let last: BuildRecord | undefined;
  {
    using shown = openProgress('auto', process.stderr, process.env);
    for await (const record of engine.stream('builds.watch', { build }, signal)) {
      for (const news of newsSince(last, record)) shown.add(news);
      last = record;
    }
  }
  if (last?.error !== undefined) throw new EngineError('invalid-argument', last.error);
  if (last?.image !== undefined) process.stdout.write(`${last.image}\n`);
}

/** What has happened between two looks at a build. */
export function newsSince(before: BuildRecord | undefined, now: BuildRecord): readonly BuildNews[] {
  const known = new Map(before?.steps.map((step) => [step.number, step]));
  return now.steps.flatMap((step) => stepNews(known.get(step.number), step, now.steps.length));
}

function stepNews(before: BuildStep | undefined, now: BuildStep, total: number): readonly BuildNews[] {
  const { number, stage, line, endLine, verdict, durationMs = 0 } = now;
  const step = { number, total, stage, text: now.text, line, endLine };
  const news: BuildNews[] = [];
  if (before === undefined) news.push({ kind: 'begin', step });
  if (before?.verdict === undefined && verdict !== undefined) news.push({ kind: 'verdict', step, verdict });
  const text = saidSince(before?.log ?? '', now.log);
  if (text !== '') news.push({ kind: 'output', step, stream: 'stdout', text });
  if (before?.state !== 'done' && now.state === 'done') news.push({ kind: 'end', step, stateId: NO_STATE, durationMs });
  return news;
}

/** A long one is cut at its beginning. */
function saidSince(before: string, now: string): string {
  return now.startsWith(before) ? now.slice(before.length) : now;
}
