import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';

/** What is written to one of a cgroup's files. */
export interface Limit {
  readonly file: string;
  /** What depends on what is there now is asked for with it. */
  readonly value: string | ((present: string) => string);
  /** Instead, where this machine has no such file: kernels and schedulers differ. */
  readonly or?: Limit;
}

export function limit(file: string, value: number | Limit['value'], or?: Limit): Limit {
  return { file, value: typeof value === 'number' ? `${value}` : value, ...(or === undefined ? {} : { or }) };
}

/**
 * Writes them in order. Some hold each other up (memory may not exceed memory and swap together, nor a quota its
 * period), whichever changes first: what is refused is tried again once the others are written.
 * @throws EngineError `unsupported` for a file that this machine's controllers don't have, `internal` with the kernel's
 * reason otherwise.
 */
export function writeLimits(dir: string, limits: readonly Limit[]): void {
  const refused = limits.filter((wanted) => failureOf(dir, wanted) !== undefined);
  for (const wanted of refused) {
    const failure = failureOf(dir, wanted);
    if (failure !== undefined) throw refusal(dir, wanted, failure);
  }
}

/** Undefined once it is written. */
function failureOf(dir: string, { file, value, or }: Limit): Error | undefined {
  const path = join(dir, file);
  try {
    writeFileSync(path, typeof value === 'string' ? value : value(readFileSync(path, 'utf8')), { flag: 'r+' });
    return undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && or !== undefined) return failureOf(dir, or);
    return error instanceof Error ? error : new Error(String(error));
  }
}

function refusal(dir: string, { file, value }: Limit, cause: unknown): EngineError {
  if (codeOf(cause) === 'ENOENT') {
    const message = `This machine's control groups have no ${file}, so that limit can't be set; leave it out.`;
    return new EngineError('unsupported', message, { cause });
  }
  const what = typeof value === 'string' ? `The limit ${value}` : 'A limit';
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EngineError('internal', `${what} could not be set in ${join(dir, file)}: ${reason}.`, { cause });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
