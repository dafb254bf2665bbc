import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';

import type { EngineState } from '#engine/client/engine-process.ts';
import { EngineProcess } from '#engine/client/engine-process.ts';

import { engineCommand } from './engine-command.ts';
import type { PlaceOptions } from './place-options.ts';
import { placeOf, withPlace } from './place-options.ts';

const rendererDir = fileURLToPath(new URL('../../dist/renderer', import.meta.url));

export function addServe(program: Command): void {
  withPlace(program.command('serve'))
    .description('serve the screens to a browser on this machine, and keep an engine running behind them')
    .option('--port <port>', 'the port on 127.0.0.1 (default: a free one)', parsePort, 0)
    .action((options: PlaceOptions & { readonly port: number }) => serve(options));
}

async function serve(options: PlaceOptions & { readonly port: number }): Promise<void> {
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), once(process, 'SIGHUP')]);
  await using engine = new EngineProcess({ place: placeOf(options), command: engineCommand(options) });
  let state: EngineState = { status: 'starting' };
  engine.watch((now) => {
    tell(state, now);
    state = now;
  });
  // Loaded only here: every other command starts without a web server's weight.
  const { startBrowserServer } = await import('./browser-server.ts');
  await using server = await startBrowserServer({
    rendererDir,
    socketPath: engine.socketPath,
    port: options.port,
    engineState: () => state,
  });
  engine.start();
  await Promise.race([engine.ready(), stopped]);
  process.stdout.write(`Estrato is at ${server.url}\n`);
  await stopped;
}

/** The page shows how the engine is; whoever looks at the terminal learns it too. */
function tell(before: EngineState, now: EngineState): void {
  if (now.status === 'restarting') process.stderr.write(`estrato: ${now.reason} It is started again.\n`);
  else if (now.status === 'failed' && before.status !== 'starting') process.stderr.write(`estrato: ${now.reason}\n`);
  else if (now.status === 'running' && before.status === 'restarting') process.stderr.write('estrato: it is back.\n');
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}
