import type { FlagKind } from '#engine/contract/instruction-flags.ts';

import { closest } from './closest.ts';
import { DockerfileError } from './problem.ts';
import { quotedWords, unquoted } from './quoted-words.ts';

export class Flags {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  one(flag: string): string | undefined {
    return this.#values.get(flag)?.at(-1);
  }

  many(flag: string): readonly string[] {
    return this.#values.get(flag) ?? [];
  }

  /** @returns undefined if it isn't there. */
  isOn(flag: string): boolean | undefined {
    const value = this.#values.get(flag)?.at(-1);
    return value === undefined ? undefined : value === 'true';
  }
}

/** What stands in front of an instruction's arguments, and the rest. `--` ends it. @throws DockerfileError. */
export function splitFlags(
  text: string,
  kinds: Readonly<Record<string, FlagKind>>,
  escape: '\\' | '`',
): { flags: Flags; rest: string } {
  const values = new Map<string, string[]>();
  let rest = text.trimStart();
  while (rest.startsWith('--')) {
    const [word = ''] = quotedWords(rest, escape);
    rest = rest.slice(word.length).trimStart();
    if (word === '--') break;
    const [name, value] = flagIn(unquoted(word.slice(2), escape), kinds);
    const before = values.get(name) ?? [];
    if (before.length > 0 && kinds[name] !== 'many') throw new DockerfileError(`duplicate flag specified: ${name}`);
    values.set(name, [...before, value]);
  }
  return { flags: new Flags(values), rest };
}

function flagIn(text: string, kinds: Readonly<Record<string, FlagKind>>): readonly [string, string] {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined) {
    const near = closest(name, Object.keys(kinds));
    throw new DockerfileError(`unknown flag: --${name}${near === undefined ? '' : ` (did you mean ${near}?)`}`);
  }
  if (equals >= 0) {
    const value = text.slice(equals + 1);
    if (kind !== 'switch') return [name, value];
    if (value.toLowerCase() === 'true' || value.toLowerCase() === 'false') return [name, value.toLowerCase()];
    throw new DockerfileError(`expecting boolean value for flag ${name}, not: ${value}`);
  }
  if (kind === 'switch') return [name, 'true'];
  throw new DockerfileError(`missing a value on flag: ${name}`);
}
