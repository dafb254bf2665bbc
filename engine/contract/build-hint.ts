import type { BuildStep } from './build.ts';

/** What moving a line would have saved. */
export interface BuildHint {
  /** Of the steps that were run again only because this one was made anew. */
  readonly lines: readonly number[];
  /** What they took. */
  readonly lostMs: number;
}

/** Beneath it nobody moves a line. */
const WORTH_MS = 100;

type Judged = Pick<BuildStep, 'number' | 'stage' | 'line' | 'verdict' | 'durationMs'>;

/**
 * Of a step whose files have changed: the RUNs beneath it that had no other reason to be run again. They would have
 * been known above it, unless they need what it brings, which only their author can say.
 */
export function hintFor(step: Judged, steps: readonly Judged[]): BuildHint | undefined {
  if (!hasOtherFiles(step)) return undefined;
  const anew = new Set([step.line]);
  const lost: Judged[] = [];
  for (const each of steps.filter(({ stage, line }) => stage === step.stage && line > step.line)) {
    if (each.verdict?.kind !== 'missed') continue;
    if (!each.verdict.reasons.every((reason) => reason.kind === 'above' && anew.has(reason.line))) continue;
    anew.add(each.line);
    lost.push(each);
  }
  const lostMs = lost.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0);
  return lostMs < WORTH_MS ? undefined : { lines: lost.map(({ line }) => line), lostMs };
}

function hasOtherFiles({ verdict }: Judged): boolean {
  return (
    verdict?.kind === 'missed' && verdict.reasons.length > 0 && verdict.reasons.every(({ kind }) => kind === 'file')
  );
}
