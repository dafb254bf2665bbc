import { z } from 'zod';

import { EngineError } from '#engine/contract/errors.ts';
import { logDriver } from '#engine/contract/log.ts';

import type { Container } from './container.ts';
import { nameOf } from './env-name.ts';
import { checkLogOptions } from './log-options.ts';

/** What becomes of a container's output, as it was asked for. Whatever it is called, the shim keeps it in one way, or not at all. */
export const logging = z.object({
  driver: logDriver,
  options: z.record(z.string(), z.string()),
});
export type Logging = z.infer<typeof logging>;

export const usualLogging: Logging = { driver: 'json-file', options: {} };

/** What is said before each line of a log that is asked for its details: labels and variables that its options name. */
export function logDetails({ config }: Container): string {
  const { labels = '', env = '' } = (config.logging ?? usualLogging).options;
  const variables = new Map(config.env.map((entry) => [nameOf(entry), entry.slice(nameOf(entry).length + 1)]));
  const found = [
    ...named(labels).flatMap((name) => (Object.hasOwn(config.labels, name) ? [[name, config.labels[name] ?? '']] : [])),
    ...named(env).flatMap((name) => (variables.has(name) ? [[name, variables.get(name) ?? '']] : [])),
  ];
  const words = found.map(([name = '', value = '']) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return words.toSorted().join(',');
}

function named(list: string): readonly string[] {
  return list.split(',').filter((name) => name !== '');
}

/** @throws EngineError `invalid-argument`. */
export function parseLogging(driver: string, options: Readonly<Record<string, string>>): Logging {
  const known = logging.shape.driver.safeParse(driver === '' ? usualLogging.driver : driver);
  if (!known.success)
    throw new EngineError('invalid-argument', `logger: no log driver named '${driver}' is registered`);
  if (known.data !== 'none') checkLogOptions(known.data, options);
  return { driver: known.data, options: { ...options } };
}
