import type { BuildRecord } from '#engine/contract/build.ts';

import type { LineFailure } from './editor-failure.ts';

/** What ended a build, beneath the last line of the step that failed; of one that never began, at the line it names. */
export function failureOf({ state, error, steps }: BuildRecord): LineFailure | undefined {
  if (state !== 'failed' || error === undefined) return undefined;
  const failed = steps.find((step) => step.state === 'failed');
  const line = failed?.endLine ?? Number(/\bline (\d+)\b/.exec(error)?.[1] ?? 0);
  return line > 0 ? { line, message: error } : undefined;
}
