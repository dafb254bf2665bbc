import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { EngineError } from '#engine/contract/errors.ts';

import type { CgroupLayout } from './cgroups.ts';

/** How often the kernel is asked whether all stand still, and after how many times it is asked to try anew. */
const ATTEMPTS = 1000;
const TRY_ANEW = 50;

/**
 * Resolves when every process of the container stands still (cgroup-v1/freezer-subsystem.rst, cgroup-v2.rst).
 * @throws EngineError `unsupported` where there is nothing to hold them with, `conflict` when they have ended meanwhile.
 */
export async function freeze({ freezer }: CgroupLayout): Promise<void> {
  if (freezer === undefined) {
    throw new EngineError(
      'unsupported',
      "Pausing needs control groups, which an engine that isn't root hasn't been given; run the engine as root to pause containers.",
    );
  }
  try {
    await hold(freezer);
  } catch (error) {
    if (!isGone(error)) throw error;
    throw new EngineError('conflict', 'The container has ended: there is nothing to pause.', { cause: error });
  }
}

async function hold(freezer: Freezer): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (attempt > 0 && attempt % TRY_ANEW === 0) await order(freezer, false);
    if (attempt % TRY_ANEW === 0) await order(freezer, true);
    if (await stands(freezer)) return;
    await pause(Math.min(attempt, 10));
  }
  await order(freezer, false);
  throw new EngineError(
    'internal',
    'The container could not be paused: the kernel does not get all its processes to stand still.',
  );
}

/** Idempotent; a container whose control groups are gone has nothing to be let go. */
export async function thaw({ freezer }: CgroupLayout): Promise<void> {
  if (freezer === undefined) return;
  await order(freezer, false).catch((error: unknown) => {
    if (!isGone(error)) throw error;
  });
}

export async function isFrozen({ freezer }: CgroupLayout): Promise<boolean> {
  return freezer !== undefined && (await stands(freezer));
}

/** Of a file of a control group: before it is opened, or after. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENODEV');
}

type Freezer = NonNullable<CgroupLayout['freezer']>;

function order({ dir, version }: Freezer, isToFreeze: boolean): Promise<void> {
  if (version === 2) return writeFile(join(dir, 'cgroup.freeze'), isToFreeze ? '1' : '0');
  return writeFile(join(dir, 'freezer.state'), isToFreeze ? 'FROZEN' : 'THAWED');
}

async function stands({ dir, version }: Freezer): Promise<boolean> {
  const [file, frozen] = version === 2 ? ['cgroup.events', /^frozen 1$/m] : ['freezer.state', /^FROZEN$/m];
  return frozen.test(await readFile(join(dir, file), 'utf8').catch(() => ''));
}
