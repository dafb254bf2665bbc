import { join } from 'node:path';

import type { ContainerParts } from './container-parts.ts';

/** The container's bundle: `config.json`, log, exit status, shim's socket, and the files that are bound into it. */
export function containerDir(parts: ContainerParts, id: string): string {
  return join(parts.containersDir, id);
}
