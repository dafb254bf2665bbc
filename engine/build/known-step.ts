import { toEngineError } from '#engine/contract/errors.ts';

import type { BuildParts } from './build-parts.ts';
import type { BuildRequest } from './build-request.ts';
import type { BuildSession } from './build-session.ts';
import { StepCache, type StepResult } from './step-cache.ts';

/** What of a build is needed to know a step, and to carry it out once. */
export interface CachingSession extends Pick<
  BuildSession,
  'imported' | 'lease' | 'signal' | 'tell' | 'used' | 'verdicts'
> {
  readonly parts: Pick<BuildParts, 'database' | 'images'>;
  readonly request: Pick<BuildRequest, 'noCache' | 'secrets'>;
}

/** A step's result from this machine's cache, or from one that the build was told of; `collected` when its layer is gone since. */
export async function knownStep(
  { parts, request, imported, lease, signal, tell }: Omit<CachingSession, 'used' | 'verdicts'>,
  key: string,
): Promise<StepResult | 'collected' | undefined> {
  if (request.noCache) return undefined;
  const own = await new StepCache(parts.images).find(key, lease);
  if (own !== undefined && own !== 'collected') return own;
  try {
    return (await imported.take(key, { lease, signal })) ?? own;
  } catch (error) {
    signal.throwIfAborted();
    // The step can be carried out as well.
    tell({ kind: 'notice', message: `A cached layer was not taken over: ${toEngineError(error).message}` });
    return own;
  }
}
