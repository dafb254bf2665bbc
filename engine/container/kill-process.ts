import { EngineError } from '#engine/contract/errors.ts';
import { readProcess } from '#engine/runtime/process-facts.ts';

import type { ContainerParts } from './container-parts.ts';
import { signalNumber } from './signal-number.ts';

/** One process of a container: by its number on the machine and, because numbers are given out again, by its start. */
export interface ChosenProcess {
  readonly pid: number;
  /** Unix milliseconds. */
  readonly startedAt: number;
}

/** Sends a signal to one process of a container. @throws EngineError `not-found` when it has ended, or never was in it. */
export async function killProcess(
  parts: ContainerParts,
  ref: string,
  { pid, startedAt }: ChosenProcess,
  signal: string,
): Promise<void> {
  const number = signalNumber(signal);
  const { id, name } = parts.table.find(ref);
  const [pids = [], facts] = await Promise.all([parts.table.running(id)?.pids(), readProcess(pid)]);
  if (!pids.includes(pid) || facts?.startedAt !== startedAt) throw gone(pid, name);
  try {
    process.kill(pid, number);
  } catch (cause) {
    throw gone(pid, name, cause);
  }
}

function gone(pid: number, name: string, cause?: unknown): EngineError {
  return new EngineError('not-found', `The process ${pid} is not in the container ${name} any more.`, { cause });
}
