import { SharedWork } from '#engine/layer/shared-work.ts';
import type { Database } from '#engine/metadata/database.ts';

import type { StepPlace } from './build-event.ts';
import { knownStep, type CachingSession } from './known-step.ts';
import { Redactor } from './redactor.ts';
import { StepCache, stepKey, type StepResult } from './step-cache.ts';
import type { StepInputs } from './step-inputs.ts';
import type { StepSpot } from './step-verdicts.ts';
import type { StepWork } from './step-work.ts';
import type { BuildLayer } from './store-step.ts';

const running = new WeakMap<Database, SharedWork<StepResult>>();

/** Steps under way, of all builds of one data root: an identical one is waited for instead of being run beside it. */
function sharedSteps(database: Database): SharedWork<StepResult> {
  const known = running.get(database) ?? new SharedWork<StepResult>();
  running.set(database, known);
  return known;
}

export interface CachedStep {
  readonly spot: StepSpot;
  readonly place: StepPlace;
  readonly inputs: StepInputs;
  /** What decides the result beyond the inputs' own words; equal ones have equal results. */
  readonly key: unknown;
  readonly make: (work: StepWork) => Promise<BuildLayer | undefined>;
}

/** A step's result: known, or made now and known from then on. */
export async function cachedStep(session: CachingSession, step: CachedStep): Promise<StepResult> {
  const { parts, lease, tell, verdicts, request, used } = session;
  const { spot, place, inputs } = step;
  const cache = new StepCache(parts.images);
  const key = stepKey(step.key);
  const found = await knownStep(session, key);
  if (found !== undefined && found !== 'collected') {
    tell({ kind: 'verdict', step: place, verdict: verdicts.hit(spot, { key, inputs }) });
    return used.note(key, found);
  }
  tell({ kind: 'verdict', step: place, verdict: verdicts.missed(spot, { key, inputs }, found === 'collected') });
  const result = request.noCache
    ? await make(session, step, { cache, key, signal: session.signal })
    : await makeOnce(session, step, { cache, key });
  // Whoever waited for another's result holds it now, too: the cache has it from before the other let go.
  if (result.layer !== undefined) await lease.hold(result.layer.diffId, result.layer.blob.digest);
  return used.note(key, result);
}

/** Thrown to those who wait for the step of a build that was left. */
class Left extends Error {}

/**
 * One build carries it out, with its own context and lease, for all that want it. When that one is left, what the step is made of goes
 * with it: another of those who wait begins anew.
 */
async function makeOnce(
  session: CachingSession,
  step: CachedStep,
  { cache, key }: { readonly cache: StepCache; readonly key: string },
): Promise<StepResult> {
  const work = async (_: unknown, wanted: AbortSignal): Promise<StepResult> => {
    const signal = AbortSignal.any([wanted, session.signal]);
    return make(session, step, { cache, key, signal }).catch((error: unknown) => {
      throw session.signal.aborted ? new Left() : error;
    });
  };
  for (;;) {
    try {
      return await sharedSteps(session.parts.database).join(key, { signal: session.signal }, work);
    } catch (error) {
      session.signal.throwIfAborted();
      if (!(error instanceof Left)) throw error;
    }
  }
}

async function make(
  { lease, tell, request }: CachingSession,
  { place, make: work }: CachedStep,
  { cache, key, signal }: { readonly cache: StepCache; readonly key: string; readonly signal: AbortSignal },
): Promise<StepResult> {
  const begun = performance.now();
  const streams = { stdout: textOf(request), stderr: textOf(request) };
  const say = (stream: 'stdout' | 'stderr', text: string): void => {
    if (text !== '') tell({ kind: 'output', step: place, stream, text });
  };
  const output = (stream: 'stdout' | 'stderr', bytes: Uint8Array): void => say(stream, streams[stream].add(bytes));
  let isDoubtful = false;
  const doubt = (): void => {
    isDoubtful = true;
  };
  const layer = await work({ lease, signal, output, doubt }).finally(() => {
    for (const stream of ['stdout', 'stderr'] as const) say(stream, streams[stream].rest());
  });
  if (isDoubtful) {
    const message = `Files were changed while the step on line ${place.line} read them: it is carried out again by the next build.`;
    tell({ kind: 'notice', message });
    return { layer, madeAt: Date.now(), isDoubtful };
  }
  return cache.store(key, layer, { durationMs: performance.now() - begun });
}

/** A stream's bytes as text, without secrets. */
function textOf({ secrets }: CachingSession['request']): { add(bytes: Uint8Array): string; rest(): string } {
  const decoder = new TextDecoder();
  const redactor = new Redactor(secrets.values());
  return {
    add: (bytes) => redactor.add(decoder.decode(bytes, { stream: true })),
    rest: () => redactor.add(decoder.decode()) + redactor.rest(),
  };
}
