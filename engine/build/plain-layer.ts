import type { BuildSession } from './build-session.ts';
import { copyTar } from './copy-tar.ts';
import { knownStep } from './known-step.ts';
import { itemLine, planDigest, type CopyItem } from './plan-copy.ts';
import { StepCache, stepKey, type StepResult } from './step-cache.ts';
import { storeStep } from './store-step.ts';

/** What decides what a COPY makes: its items, and the time that none of them is younger than. */
export function copyKey(digest: string, epoch: number | undefined): unknown {
  return ['copy', 1, digest, epoch ?? null];
}

/** The layer of some items that nobody is told about as a step: known from before, or made now. */
export async function plainLayer(session: BuildSession, items: readonly CopyItem[]): Promise<StepResult> {
  const { parts, lease, signal, epoch, used } = session;
  const key = stepKey(copyKey(planDigest(items.map(itemLine)), epoch));
  const found = await knownStep(session, key);
  if (found !== undefined && found !== 'collected') return used.note(key, found);
  const begun = performance.now();
  const layer = await storeStep(parts.images, copyTar(items, epoch), { lease, signal });
  return used.note(key, new StepCache(parts.images).store(key, layer, { durationMs: performance.now() - begun }));
}
