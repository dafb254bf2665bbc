import { join, resolve } from 'node:path';

import { type Command, Option } from 'commander';

import type { EnginePlace } from '#engine/client/default-paths.ts';
import { defaultPlace } from '#engine/client/default-paths.ts';

export interface PlaceOptions {
  readonly dataRoot?: string | undefined;
  readonly host?: string | undefined;
}

/** What the environment says of where the engine is; `estrato context` prints it. */
const variables = { host: 'ESTRATO_HOST', dataRoot: 'ESTRATO_DATA_ROOT' } as const;

/** Where the engine is: the same two options on every command. */
export function withPlace(command: Command): Command {
  const { dataRoot, host } = placeOf({});
  return command
    .addOption(place('--data-root <dir>', `where the engine keeps everything (default: ${dataRoot})`))
    .addOption(place('--host <address>', `where it answers (default: ${host})`));
}

function place(flags: string, help: string): Option {
  return new Option(flags, help).helpGroup('The engine:');
}

/** A data root of one's own without a host has its socket within it: two engines never meet by accident. */
export function placeOf(options: PlaceOptions): EnginePlace {
  const usual = defaultPlace();
  const { host, dataRoot } = saidIn(options);
  if (dataRoot === undefined) return { ...usual, host: host ?? usual.host };
  return { dataRoot: resolve(dataRoot), host: host ?? `unix://${resolve(dataRoot)}/estrato.sock` };
}

/** An option that names another engine leaves nothing of what the environment says of the usual one. */
function saidIn({ dataRoot, host }: PlaceOptions): PlaceOptions {
  if (dataRoot !== undefined || host !== undefined) return { dataRoot, host };
  return { dataRoot: process.env[variables.dataRoot], host: process.env[variables.host] };
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
export function mayStart(options: PlaceOptions): boolean {
  const { dataRoot, host } = saidIn(options);
  return dataRoot !== undefined || host === undefined;
}
