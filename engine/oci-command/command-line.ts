import { EngineError } from '#engine/contract/errors.ts';

/** What an option takes: nothing, a word, or a word each time that it is given. */
export type OptionKind = 'flag' | 'word' | 'words';

/** By long name; `short` is its letter. */
export type OptionTable = Readonly<Record<string, { readonly kind: OptionKind; readonly short?: string }>>;

/** A command line that has been read. */
export class CommandLine {
  /** What follows the options. */
  readonly words: readonly string[];
  readonly #given: ReadonlyMap<string, readonly string[]>;

  constructor(words: readonly string[], given: ReadonlyMap<string, readonly string[]>) {
    this.words = words;
    this.#given = given;
  }

  flag(name: string): boolean {
    return this.#given.get(name)?.at(-1) === 'true';
  }

  /** The last one given. */
  word(name: string): string | undefined {
    return this.#given.get(name)?.at(-1);
  }

  all(name: string): readonly string[] {
    return this.#given.get(name) ?? [];
  }

  /** @throws EngineError when it isn't a whole number. */
  number(name: string): number | undefined {
    const word = this.word(name);
    if (word === undefined) return undefined;
    const value = word.trim() === '' ? NaN : Number(word);
    if (!Number.isSafeInteger(value)) {
      throw new EngineError(
        'invalid-argument',
        `--${name} takes a whole number, and ${JSON.stringify(word)} isn't one.`,
      );
    }
    return value;
  }
}

/**
 * Reads options up to the first word that isn't one, as runc and crun do: what follows a container's id belongs to its
 * program. `--name value`, `--name=value`, one dash for two, letters by themselves.
 *
 * @throws EngineError for an option that isn't in the table.
 */
export function readCommandLine(args: readonly string[], table: OptionTable): CommandLine {
  const given = new Map<string, string[]>();
  let at = 0;
  while (isOption(args[at])) {
    const [name, attached] = optionOf(args[at] ?? '', table);
    const isFlag = table[name]?.kind === 'flag';
    const value = attached ?? (isFlag ? 'true' : args[at + 1]);
    if (value === undefined) throw new EngineError('invalid-argument', `--${name} needs a value.`);
    given.set(name, [...(given.get(name) ?? []), value]);
    at += attached === undefined && !isFlag ? 2 : 1;
  }
  return new CommandLine(args.slice(args[at] === '--' ? at + 1 : at), given);
}

function isOption(word = ''): boolean {
  return /^-./.test(word) && word !== '--';
}

function optionOf(arg: string, table: OptionTable): readonly [name: string, attached: string | undefined] {
  const equals = arg.indexOf('=');
  const word = (equals < 0 ? arg : arg.slice(0, equals)).replace(/^--?/, '');
  const attached = equals < 0 ? undefined : arg.slice(equals + 1);
  if (Object.hasOwn(table, word)) return [word, attached];
  const long = Object.entries(table).find(([, { short }]) => short !== undefined && short === word);
  if (long !== undefined) return [long[0], attached];
  throw new EngineError(
    'invalid-argument',
    `There is no option ${arg.slice(0, 100)} here; --help lists those there are.`,
  );
}
