import { readFileSync } from 'node:fs';

/** A process that no later one of the same number is taken for. */
export interface ProcessIdentity {
  /** On the host. */
  readonly pid: number;
  /** Clock ticks since boot (proc_pid_stat(5), field 22), in decimal. */
  readonly startedAt: string;
}

/** @returns undefined when there is none; `isEnded` for one that waits for nothing but to be reaped. */
function readStat(pid: number): { readonly startedAt: string; readonly isEnded: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before them stands in parentheses and may have some of its own.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { startedAt: fields[19] ?? '0', isEnded: ['Z', 'X'].includes(fields[0] ?? '') };
  } catch {
    return undefined;
  }
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startedAt: readStat(process.pid)?.startedAt ?? '0' };
}

export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  const stat = readStat(pid);
  return stat !== undefined && stat.startedAt === startedAt && !stat.isEnded;
}

/** @returns false when it has ended already. */
export function signalProcess(process_: ProcessIdentity, signal: number): boolean {
  if (!isAlive(process_)) return false;
  try {
    return process.kill(process_.pid, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
