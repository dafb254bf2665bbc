import { fileURLToPath } from 'node:url';

import { connectEngine } from '#engine/client/connect-engine.ts';
import type { EngineCommand } from '#engine/client/engine-process.ts';
import { EngineProcess } from '#engine/client/engine-process.ts';
import type { EngineClient } from '#engine/contract/client.ts';

import type { PlaceOptions } from './place-options.ts';
import { mayStart, placeOf } from './place-options.ts';

/** The command line itself, on the Node that runs it; undefined where an engine is only to be found, never started. */
export function engineCommand(options: PlaceOptions): EngineCommand | undefined {
  if (!mayStart(options)) return undefined;
  // The package bundles this folder into `main.js`; a checkout runs the sources.
  const file = import.meta.url.endsWith('.ts') ? './main.ts' : './main.js';
  return { program: process.execPath, args: [fileURLToPath(new URL(file, import.meta.url))] };
}

/**
 * Asks the engine that runs, or one started for the question and stopped after it. Ctrl-C leaves the question, which
 * ends on the engine's side too.
 */
export async function withEngine(
  options: PlaceOptions,
  ask: (client: EngineClient, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  await using engine = new EngineProcess({ place: placeOf(options), command: engineCommand(options) });
  engine.start();
  await engine.ready();
  using connected = await connectEngine(engine.socketPath);
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt);
  try {
    await ask(connected.client, interrupted.signal);
  } finally {
    process.removeListener('SIGINT', interrupt);
  }
}
