import { type Command, Option } from 'commander';

import { EngineError } from '#engine/contract/errors.ts';
import { parsePair } from '#engine/run-options/pairs.ts';

import { repeated } from '#engine/cli/repeated.ts';

export function withFilter(command: Command): Command {
  return command.addOption(
    new Option('-f, --filter <filter>', 'NAME=VALUE; may be given more than once').argParser(repeated).default([], ''),
  );
}

/** As the Docker API takes filters; undefined for none. @throws EngineError `invalid-argument` in Docker's words. */
export function filtersQuery(filters: readonly string[] = []): string | undefined {
  if (filters.length === 0) return undefined;
  const byName: Record<string, string[]> = {};
  for (const filter of filters) {
    if (!filter.includes('=')) {
      throw new EngineError(
        'invalid-argument',
        `invalid argument "${filter}" for "-f, --filter": bad format of filter (expected name=value)`,
      );
    }
    const [name, value] = parsePair(filter);
    (byName[name.trim().toLowerCase()] ??= []).push(value.trim());
  }
  return JSON.stringify(byName);
}
