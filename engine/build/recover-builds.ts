import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { BuildParts } from './build-parts.ts';
import { endRunning } from './build-records.ts';
import { BUILD_LABEL, removeForGood } from './run-step.ts';
import { sweepShells } from './step-shell.ts';
import { isSecretLeft, memoryDir } from './step-mounts.ts';

/** Takes away what a killed engine's builds have left: containers of steps, secrets in memory, unfinished caches and contexts, records without an end. */
export async function recoverBuilds(
  parts: Pick<BuildParts, 'database' | 'containers' | 'cacheMounts' | 'contexts' | 'shellsDir'>,
): Promise<void> {
  const left = parts.containers.table.list().filter(({ config }) => Object.hasOwn(config.labels, BUILD_LABEL));
  await Promise.all(left.map(({ id }) => removeForGood(parts, id)));
  endRunning(parts.database);
  await parts.cacheMounts.sweep();
  await parts.contexts.sweep();
  await sweepShells(parts);
  const secrets = (await readdir(memoryDir())).filter(isSecretLeft);
  await Promise.all(secrets.map((name) => rm(join(memoryDir(), name), { recursive: true, force: true })));
}
