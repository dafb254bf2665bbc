import { z } from 'zod';

import { EngineError } from '#engine/contract/errors.ts';

/** What becomes of a container's output, as it was asked for. Whatever it is called, the shim keeps it in one way. */
export const logging = z.object({
  driver: z.enum(['json-file', 'local', 'none']),
  options: z.record(z.string(), z.string()),
});
export type Logging = z.infer<typeof logging>;

export const usualLogging: Logging = { driver: 'json-file', options: {} };

/** @throws EngineError `invalid-argument`. */
export function parseLogging(driver: string, options: Readonly<Record<string, string>>): Logging {
  const known = logging.shape.driver.safeParse(driver === '' ? usualLogging.driver : driver);
  if (known.success) return { driver: known.data, options: { ...options } };
  throw new EngineError('invalid-argument', `logger: no log driver named '${driver}' is registered`);
}
