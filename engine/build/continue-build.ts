import { randomUUID } from 'node:crypto';

import { killContainer } from '#engine/container/kill-container.ts';
import type { BuildPatch, BuildRecord } from '#engine/contract/build.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { leasesOf } from '#engine/image/leases.ts';
import { letGo } from '#engine/image/release-lease.ts';

import type { BuildParts } from './build-parts.ts';
import { changesOf } from './run-step.ts';
import { StepCache } from './step-cache.ts';
import { findEnvironment } from './step-environment.ts';
import { shellPlace } from './step-shell.ts';
import type { BuildLayer } from './store-step.ts';

/**
 * Takes what a step's shell has changed: its layer is kept as a build's are, until the cache is pruned. The shell is ended,
 * and stays until somebody closes it.
 * @returns patches of the build that the shell is of, and one more.
 */
export async function takeShell(parts: BuildParts, record: BuildRecord, shell: string): Promise<readonly BuildPatch[]> {
  const { id, step, side } = shellPlace(parts, shell);
  const told = record.steps.find(({ number }) => number === step);
  if (told === undefined) throw new EngineError('not-found', `The build has no step ${step}.`);
  if (parts.containers.table.running(id) !== undefined) await killContainer(parts.containers, id);
  const lease = leasesOf(parts.images).open();
  try {
    const { signal } = new AbortController();
    const own = await changesOf(parts, { id }, { lease, signal });
    if (own !== undefined) new StepCache(parts.images).store(`shell-${randomUUID()}`, own);
    const hasFailed = side === 'after' && told.state !== 'done';
    const layers = [...(hasFailed ? leftBy(parts, record, step) : []), ...(own === undefined ? [] : [own])];
    const patch = {
      stage: told.stage,
      line: told.line,
      place: hasFailed ? ('instead' as const) : side,
      layers: layers.map(described),
    };
    return [...(record.patches ?? []), patch];
  } finally {
    await letGo(parts.images, lease);
  }
}

/** What a step that failed had changed until then. */
function leftBy({ database }: BuildParts, record: BuildRecord, step: number): readonly BuildLayer[] {
  const before = findEnvironment(database, record, { step, side: 'before' }).layers;
  return findEnvironment(database, record, { step, side: 'after' }).layers.slice(before.length);
}

function described({ diffId, blob: { digest, size, mediaType } }: BuildLayer): BuildPatch['layers'][number] {
  return { diffId, digest, size, mediaType };
}
