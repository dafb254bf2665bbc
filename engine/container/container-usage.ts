import { setTimeout as pause } from 'node:timers/promises';

import type { ResourceUsage } from '#engine/runtime/resource-usage.ts';

import type { ContainerParts } from './container-parts.ts';

export interface UsageSample {
  readonly id: string;
  readonly name: string;
  /** Unix milliseconds. */
  readonly time: number;
  /** Undefined for one that doesn't run. */
  readonly usage: ResourceUsage | undefined;
}

/** What a container uses, once a second until it has been removed or `signal` fires; the first sample comes at once. */
export async function* containerUsage(
  parts: ContainerParts,
  ref: string,
  signal: AbortSignal,
): AsyncGenerator<UsageSample> {
  const { id } = parts.table.find(ref);
  for (let now = parts.table.get(id); now !== undefined && !signal.aborted; now = parts.table.get(id)) {
    const usage = await parts.table
      .running(id)
      ?.usage()
      // It has ended between the question and the answer.
      .catch(() => undefined);
    yield { id, name: now.name, time: Date.now(), usage };
    await pause(1000, undefined, { signal }).catch(() => undefined);
  }
}
