import { expect, test } from 'vitest';

import { leasesOf } from '#engine/image/leases.ts';
import { ImageStore } from '#engine/image/testing/image-store.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { cachedStep, type CachedStep } from './cached-step.ts';
import { ImportedCache } from './imported-cache.ts';
import type { CachingSession } from './known-step.ts';
import { StepVerdicts } from './step-verdicts.ts';
import { UsedSteps } from './used-steps.ts';

interface Scene extends AsyncDisposable {
  /** @param tell what the build is told: a verdict right before the step is carried out, or waited for. */
  session(signal: AbortSignal, tell?: () => void): Promise<CachingSession>;
}

async function scene(): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await temporaryDirectory('cached-step'));
  const { parts: images } = stack.use(await ImageStore.open(dir.path));
  const owned = stack.move();
  return {
    session: async (signal, tell = () => undefined) => ({
      parts: { database: images.database, images },
      request: { noCache: false, secrets: new Map() },
      imported: await ImportedCache.open(images, {}, { tell, signal }),
      lease: leasesOf(images).open(),
      signal,
      tell,
      used: new UsedSteps(),
      verdicts: new StepVerdicts(images.database, { project: 'p', noCache: false }),
    }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const step = (make: CachedStep['make']): CachedStep => ({
  spot: { stage: '0', position: 1, text: 'RUN x', line: 2 },
  place: { number: 1, total: 1, stage: '0', text: 'RUN x', line: 2, endLine: 2 },
  inputs: { instruction: 'RUN x', variables: {}, files: {}, settings: {} },
  key: 'x',
  make,
});

/** Begins, and ends when its build is left. */
function untilLeft(began: () => void): CachedStep['make'] {
  return async ({ signal }) => {
    began();
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('left')));
    });
    return undefined;
  };
}

test('whoever waits for the step of a build that is cancelled carries it out, with what is their own', async () => {
  await using at = await scene();
  const [leaving, staying] = [new AbortController(), new AbortController()];
  const [begun, joined] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const [first, second] = [await at.session(leaving.signal), await at.session(staying.signal, joined.resolve)];
  const left = cachedStep(first, step(untilLeft(begun.resolve)));
  await begun.promise;
  const leases: unknown[] = [];
  const waiting = cachedStep(
    second,
    step(async ({ lease }) => {
      leases.push(lease);
      return undefined;
    }),
  );
  await joined.promise;
  leaving.abort(new Error('cancelled'));
  await expect(left).rejects.toThrow('cancelled');
  expect(await waiting).toMatchObject({ layer: undefined });
  expect(leases).toEqual([second.lease]);
});

test('a step that fails, fails for all that want it', async () => {
  await using at = await scene();
  const { signal } = new AbortController();
  const [first, second] = [await at.session(signal), await at.session(signal)];
  let times = 0;
  const failing = step(async () => {
    times += 1;
    throw new Error('exit 1');
  });
  const both = await Promise.allSettled([cachedStep(first, failing), cachedStep(second, failing)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(times).toBe(1);
});
