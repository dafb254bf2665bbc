import { pino } from 'pino';

import { hangUpRpc } from '#engine/server/estrato/upgrade-rpc.ts';
import type { Log } from '#engine/server/log.ts';
import { listenAddressText } from '#engine/server/listen-address.ts';
import type { Door } from '#engine/server/listener.ts';
import { startServer } from '#engine/server/server.ts';

import { becomeRootless } from './become-rootless.ts';
import { claimSockets, doorsOf, type DoorWishes } from './doors.ts';
import { releaseMemoryWhenQuiet } from './release-memory.ts';
import { openEngine } from './wiring.ts';

export interface EngineOptions extends DoorWishes {
  readonly dataRoot: string;
  /** `estrato` unless told: `crun`, `runc`, where they are installed. */
  readonly defaultRuntime?: string | undefined;
}

/** How long those who are connected, and jobs, have to end when the engine stops. */
const FAREWELL_MS = 10_000;

/**
 * Runs an engine in the foreground until SIGTERM or SIGINT; its containers go on without it.
 *
 * Says one line on stdout when it answers, and logs on stderr.
 *
 * @throws EngineError when it can't begin; nothing is left half open then.
 */
export async function runEngine({ dataRoot, defaultRuntime, ...wishes }: EngineOptions): Promise<void> {
  await becomeRootless(dataRoot);
  // Directories must have the permissions they were made with, whatever the shell's own mask.
  process.umask(0o022);
  const log = makeLog();
  await using running = new AsyncDisposableStack();
  const stopped = stopSignal();
  const doors = await doorsOf(wishes);
  const { engine } = running.use(await openEngine(dataRoot, log, { defaultRuntime, host: socketOf(doors) }));
  await claimSockets(doors);
  const { addresses } = running.use(await startServer({ engine, log, doors }));
  running.defer(() => hangUpRpc(engine, 'The engine is stopping.'));
  running.use(releaseMemoryWhenQuiet());
  const hosts = addresses.map((address) => listenAddressText(address));
  process.stdout.write(`estrato engine ready on ${hosts.join(' ')}\n`);
  log.info({ dataRoot: engine.dataRoot, hosts, pid: process.pid, version: engine.version }, 'ready');

  log.info({ signal: await stopped }, 'stopping; containers go on');
  setTimeout(() => process.exit(1), FAREWELL_MS).unref();
}

/** The first: a context has one place. */
function socketOf(doors: readonly Door[]): string | undefined {
  const addresses = doors.map(({ address }) => address);
  const socket = addresses.find(({ kind }) => kind === 'unix');
  return socket === undefined ? undefined : listenAddressText(socket);
}

function makeLog(): Log {
  const level = process.env['ESTRATO_LOG_LEVEL'] ?? 'info';
  // Synchronous, so that the last words of an engine that dies are on paper.
  const log = pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
  process.on('uncaughtException', (err) => {
    log.fatal({ err }, 'the engine failed unexpectedly and ends; containers go on');
    process.exit(70);
  });
  return log;
}

/** Resolves with the first signal to stop; the second ends the process at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      resolve(signal);
    });
  }
  return promise;
}
