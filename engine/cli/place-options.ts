import { join, resolve } from 'node:path';

import type { Command } from 'commander';

import type { EnginePlace } from '#engine/client/default-paths.ts';
import { defaultPlace } from '#engine/client/default-paths.ts';

export interface PlaceOptions {
  readonly dataRoot?: string | undefined;
  readonly host?: string | undefined;
}

/** Where the engine is: the same two options on every command. */
export function withPlace(command: Command): Command {
  const { dataRoot, host } = defaultPlace();
  return command
    .option('--data-root <dir>', `where the engine keeps everything (default: ${dataRoot})`)
    .option('--host <address>', `where it answers (default: ${host})`);
}

/** A data root of one's own without a host has its socket within it: two engines never meet by accident. */
export function placeOf(options: PlaceOptions): EnginePlace {
  const usual = defaultPlace();
  if (options.dataRoot === undefined) return { ...usual, host: options.host ?? usual.host };
  const dataRoot = resolve(options.dataRoot);
  return { dataRoot, host: options.host ?? `unix://${dataRoot}/estrato.sock` };
}

/** Where `estrato certs` keeps what it makes, and the engine looks for it. */
export function certsFolder({
  certs,
  dataRoot,
}: {
  readonly certs?: string | undefined;
  readonly dataRoot?: string | undefined;
}): string {
  return certs === undefined ? join(placeOf({ dataRoot }).dataRoot, 'certs') : resolve(certs);
}
