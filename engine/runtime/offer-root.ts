import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { EngineError } from '#engine/contract/errors.ts';

import type { OpenRoot } from './runtime.ts';

/** A process of the launcher's that holds a root for as long as it is wanted (launcher/root.h). */
export async function offerRoot(launcherPath: string, plan: Buffer): Promise<OpenRoot> {
  const holder = spawn(launcherPath, ['root'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const words = text(holder.stderr);
  const ended = once(holder, 'close');
  holder.stdin.on('error', () => undefined);
  holder.stdin.end(plan);
  const isThere = await Promise.race([once(holder.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!isThere) throw new EngineError('internal', (await words).trim() || 'The launcher ended without a word.');
  return {
    path: `/proc/${holder.pid}/cwd`,
    [Symbol.asyncDispose]: async () => {
      holder.kill('SIGKILL');
      await ended;
    },
  };
}
