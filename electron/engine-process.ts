import { join } from 'node:path';

import { defaultPlace } from '#engine/client/default-paths.ts';
import { EngineProcess } from '#engine/client/engine-process.ts';

interface Surroundings {
  readonly isPackaged: boolean;
  /** Beside the app's archive: where a package has its engine and the Node it runs on. */
  readonly resourcesDir: string;
  /** The checkout. */
  readonly topDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The engine of this desktop: the packaged one, or the checkout's.
 *
 * It runs on a Node of its own, because a shipped Electron can't act as one. `ESTRATO_DATA_ROOT` and `ESTRATO_HOST` say
 * where it is when that isn't the usual place.
 */
export function desktopEngine({ isPackaged, resourcesDir, topDir, env }: Surroundings): EngineProcess {
  const usual = defaultPlace();
  const place = { dataRoot: env['ESTRATO_DATA_ROOT'] ?? usual.dataRoot, host: env['ESTRATO_HOST'] ?? usual.host };
  const command = isPackaged
    ? { program: join(resourcesDir, 'node/bin/node'), args: [join(resourcesDir, 'engine/cli/main.js')] }
    : { program: env['ESTRATO_NODE'] ?? 'node', args: [join(topDir, 'engine/cli/estrato.mjs')] };
  return new EngineProcess({ place, command });
}
