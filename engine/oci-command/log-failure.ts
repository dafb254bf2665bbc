import { appendFileSync } from 'node:fs';

import type { EngineError } from '#engine/contract/errors.ts';

export type LogFormat = 'text' | 'json';

/**
 * Says what went wrong where the caller looks for it: on stderr for people, and in the `--log` file as logrus writes,
 * which podman and containerd read the last line of.
 */
export function logFailure(
  { message }: EngineError,
  { path, format }: { path: string | undefined; format: LogFormat },
): void {
  const time = new Date().toISOString();
  const line =
    format === 'json'
      ? JSON.stringify({ level: 'error', msg: message, time })
      : `time="${time}" level=error msg=${JSON.stringify(message)}`;
  if (path === undefined && format === 'json') {
    process.stderr.write(`${line}\n`);
    return;
  }
  process.stderr.write(`estrato-runtime: ${message}\n`);
  if (path === undefined) return;
  try {
    appendFileSync(path, `${line}\n`, { mode: 0o600 });
  } catch (cause) {
    process.stderr.write(`estrato-runtime: the log ${path} can't be written: ${String(cause)}\n`);
  }
}
