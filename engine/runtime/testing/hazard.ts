import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from 'vitest';

import type { RuntimeMount } from '#engine/oci/runtime-spec.ts';

import { makeBox, type BoxOptions } from './busybox-container.ts';
import { cgroupsOf } from './host-traces.ts';

export function bind(source: string, destination: string, ...options: readonly string[]): RuntimeMount {
  return { type: 'bind', source, destination, options: ['rbind', ...options] };
}

/** A directory of the host that nothing in a container may reach. */
export interface Outside extends AsyncDisposable {
  readonly path: string;
  list(): Promise<readonly string[]>;
}

export async function outside(): Promise<Outside> {
  const path = await mkdtemp(join(tmpdir(), 'estrato-outside-'));
  return {
    path,
    list: () => readdir(path),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** A start is refused in a sentence, and nothing is left of it. */
export async function expectRefusal(options: BoxOptions, words: string | RegExp): Promise<void> {
  await using box = await makeBox(options);
  await expect(box.start()).rejects.toThrow(words);
  expect(await cgroupsOf(box.id)).toEqual([]);
}
