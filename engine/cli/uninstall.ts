import { createInterface } from 'node:readline/promises';
import { setTimeout as pause } from 'node:timers/promises';

import type { Command } from 'commander';

import { connectEngine } from '#engine/client/connect-engine.ts';
import { EngineError } from '#engine/contract/errors.ts';

import type { PlaceOptions } from './place-options.ts';
import { mayStart, placeOf, withPlace } from './place-options.ts';

interface UninstallOptions extends PlaceOptions {
  readonly yes?: true;
}

const YES = '--yes';
const SOCKET = 'unix://';

export function addUninstall(program: Command): void {
  withPlace(program.command('uninstall'))
    .description('end every container of an engine and remove all that it keeps, for good')
    .option(`-y, ${YES}`, 'without asking')
    .action(async (options: UninstallOptions) => {
      if (!mayStart(options)) {
        throw new EngineError(
          'invalid-argument',
          'A host alone does not say whose data goes; give its --data-root too.',
        );
      }
      const { dataRoot, host } = placeOf(options);
      if (options.yes !== true) await confirm(dataRoot);
      await stopEngine(host);
      // oxlint-disable-next-line no-restricted-imports -- this command is the engine for a while, as `engine` is
      const { uninstall } = await import('#engine/daemon/uninstall.ts');
      await uninstall(dataRoot);
      process.stdout.write(`Everything in ${dataRoot} is gone.\n`);
      process.exit(0);
    });
}

/** @throws EngineError `cancelled`, `invalid-argument` where nobody can be asked. */
async function confirm(dataRoot: string): Promise<void> {
  const what = `All containers, images and volumes in ${dataRoot} go for good, also what is in the trash.`;
  if (!process.stdin.isTTY) throw new EngineError('invalid-argument', `${what} Add ${YES} to go on.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${what}\nType yes to go on: `);
  terminal.close();
  if (answer.trim().toLowerCase() !== 'yes') throw new EngineError('cancelled', 'Nothing was removed.');
  // The program may begin anew in a user namespace, and has been answered.
  process.argv.push(YES);
}

/** Resolves when no engine answers there any more. */
async function stopEngine(host: string): Promise<void> {
  if (!host.startsWith(SOCKET)) return;
  const running = await connectEngine(host.slice(SOCKET.length)).catch(() => undefined);
  if (running === undefined) return;
  const { pid } = await running.client.call('system.info', {});
  process.kill(pid, 'SIGTERM');
  await running.closed;
  while (isAlive(pid)) await pause(20);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
