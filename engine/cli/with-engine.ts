import { connectEngine } from '#engine/client/connect-engine.ts';
import { socketPathOfHost } from '#engine/client/default-paths.ts';
import type { EngineClient } from '#engine/contract/client.ts';
import { toEngineError } from '#engine/contract/errors.ts';

import type { PlaceOptions } from './place-options.ts';
import { placeOf } from './place-options.ts';

/**
 * Asks the engine that runs, or one started for the question and stopped after it. Ctrl-C leaves the question, which
 * ends on the engine's side too.
 */
export async function withEngine(
  options: PlaceOptions,
  ask: (client: EngineClient, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const client = await openClient(options, opened);
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt);
  try {
    await ask(client, interrupted.signal);
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}

/** One that runs is asked at once; what starts one is loaded only where none does. */
async function openClient(options: PlaceOptions, opened: AsyncDisposableStack): Promise<EngineClient> {
  const place = placeOf(options);
  try {
    return opened.use(await connectEngine(socketPathOfHost(place.host))).client;
  } catch (error) {
    if (toEngineError(error).code === 'forbidden') throw error;
  }
  const { EngineProcess } = await import('#engine/client/engine-process.ts');
  const { engineCommand } = await import('./engine-command.ts');
  const engine = opened.use(new EngineProcess({ place, command: engineCommand(options) }));
  engine.start();
  await engine.ready();
  return opened.use(await connectEngine(engine.socketPath)).client;
}
