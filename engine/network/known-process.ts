import { readFile } from 'node:fs/promises';

import { z } from 'zod';

/** A process that outlives the engine: a pid is given again, together with its start it isn't (proc_pid_stat(5)). */
export const knownProcess = z.object({ pid: z.int(), startedAt: z.string() });
export type KnownProcess = z.infer<typeof knownProcess>;

/** @throws the kernel's ENOENT for one that has gone. */
export async function identify(pid: number): Promise<KnownProcess> {
  return { pid, startedAt: startOf(await readFile(`/proc/${pid}/stat`, 'utf8')) };
}

export async function isAlive({ pid, startedAt }: KnownProcess): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return startOf(stat) === startedAt && !/^\d+ \(.*\) [ZX] /s.test(stat);
}

/** Ends it, if it is still the same. */
export async function end(known: KnownProcess): Promise<void> {
  if (!(await isAlive(known))) return;
  try {
    process.kill(known.pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error;
  }
}

/** The 22nd field; the second is a name in parentheses that may hold anything. */
function startOf(stat: string): string {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
