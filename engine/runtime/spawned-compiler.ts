import { spawn } from 'node:child_process';
import { buffer, text } from 'node:stream/consumers';

import { EngineError } from '#engine/contract/errors.ts';

import type { SeccompCompiler } from './seccomp-filter.ts';

/** A process of the launcher's for each profile: for whoever has no engine beside, whose launcher's server would do it. */
export function spawnedCompiler(launcherPath: string): SeccompCompiler {
  return async (plan) => {
    const child = spawn(launcherPath, ['filter'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const ended = new Promise<number>((resolve, reject) => {
      child.once('error', (cause) => {
        reject(new EngineError('internal', `The launcher ${launcherPath} can't be started.`, { cause }));
      });
      child.once('close', (code) => resolve(code ?? 1));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(plan);
    const [code, program, words] = await Promise.all([ended, buffer(child.stdout), text(child.stderr)]);
    if (code === 0) return program;
    throw new EngineError('internal', `The seccomp profile could not be compiled: ${words.trim()}`);
  };
}
