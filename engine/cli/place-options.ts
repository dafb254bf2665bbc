import { join, resolve } from 'node:path';

import { type Command, Option } from 'commander';

import type { EnginePlace } from '#engine/client/default-paths.ts';
import { defaultPlace } from '#engine/client/default-paths.ts';

export interface PlaceOptions {
  readonly dataRoot?: string | undefined;
  readonly host?: string | undefined;
}

/** What the environment says of where the engine is, as `estrato context` prints it. */
const HOST_VARIABLE = 'ESTRATO_HOST';

/** Where the engine is: the same two options on every command. */
export function withPlace(command: Command): Command {
  const { dataRoot, host } = defaultPlace();
  return command
    .addOption(place('--data-root <dir>', `where the engine keeps everything (default: ${dataRoot})`))
    .addOption(place('--host <address>', `where it answers (default: ${process.env[HOST_VARIABLE] ?? host})`));
}

function place(flags: string, help: string): Option {
  return new Option(flags, help).helpGroup('The engine:');
}

/** A data root of one's own without a host has its socket within it: two engines never meet by accident. */
export function placeOf(options: PlaceOptions): EnginePlace {
  const usual = defaultPlace();
  const said = options.host ?? process.env[HOST_VARIABLE];
  if (options.dataRoot === undefined) return { ...usual, host: said ?? usual.host };
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

/** Whether an engine may be started where none answers: never for a host alone, which says nothing of what is its own. */
export function mayStart({ dataRoot, host }: PlaceOptions): boolean {
  return dataRoot !== undefined || (host === undefined && process.env[HOST_VARIABLE] === undefined);
}
