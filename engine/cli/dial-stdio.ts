import { once } from 'node:events';
import { connect } from 'node:net';
import { pipeline } from 'node:stream/promises';

import type { Command } from 'commander';

import { socketPathOfHost } from '#engine/client/default-paths.ts';
import { EngineError } from '#engine/contract/errors.ts';

import { placeOf, withPlace, type PlaceOptions } from './place-options.ts';

/**
 * What Docker's clients run at the other end of `DOCKER_HOST=ssh://`: standard input and output become a connection to
 * the engine, each way ended by itself.
 */
export function addDialStdio(system: Command): void {
  withPlace(system.command('dial-stdio'))
    .description("connect standard input and output to the engine: what docker's ssh:// hosts run here")
    .action(async (options: PlaceOptions) => dial(socketPathOfHost(placeOf(options).host)));
}

async function dial(path: string): Promise<void> {
  const socket = connect({ path, allowHalfOpen: true });
  try {
    await once(socket, 'connect');
    await Promise.all([pipeline(process.stdin, socket), pipeline(socket, process.stdout)]);
  } catch (cause) {
    // Whoever has read enough goes, and that is no failure.
    if (socket.bytesRead > 0) return;
    throw new EngineError('unavailable', `No engine answers at ${path}: start one with "estrato engine".`, { cause });
  } finally {
    socket.destroy();
  }
}
