import { instructionFlags } from '#engine/contract/instruction-flags.ts';

import { commandForm, jsonWords, listOf, nameValues, spaced } from './arguments.ts';
import { closest } from './closest.ts';
import { parseDuration } from './duration.ts';
import { type Flags, splitFlags } from './flags.ts';
import { headOf } from './heredoc.ts';
import type { Argument, Instruction, Keyword } from './instruction.ts';
import type { Heredoc, LogicalLine } from './logical-lines.ts';
import { DockerfileError } from './problem.ts';
import { quotedWords } from './quoted-words.ts';

/** What a reader of one instruction is given. */
interface Given {
  /** Without the keyword and the flags. */
  readonly rest: string;
  readonly flags: Flags;
  readonly heredocs: readonly Heredoc[];
  readonly escape: '\\' | '`';
  readonly line: LogicalLine;
}

/** All of an instruction but where it stands. */
type Meaning<I extends Instruction = Instruction> = I extends Instruction
  ? Omit<I, 'text' | 'typed' | 'line' | 'endLine' | 'comments'>
  : never;

type Reader = (given: Given) => Meaning;

/** @throws DockerfileError, in BuildKit's words where it has some. */
export function parseInstruction(line: LogicalLine, escape: '\\' | '`'): Instruction {
  const [, typed = '', after = ''] = /^(\S+)\s*(.*)$/s.exec(line.text) ?? [];
  const keyword = keywordOf(typed);
  const { flags, rest } = splitFlags(after, instructionFlags[keyword], escape);
  const meaning = readers[keyword]({ rest, flags, heredocs: line.heredocs, escape, line });
  return {
    ...meaning,
    text: line.text,
    typed,
    line: line.line,
    endLine: line.endLine,
    comments: line.comments,
  };
}

function keywordOf(typed: string): Keyword {
  const upper = typed.toUpperCase();
  if (isKeyword(upper)) return upper;
  const near = closest(upper, Object.keys(readers));
  throw new DockerfileError(`unknown instruction: ${typed}${near === undefined ? '' : ` (did you mean ${near}?)`}`);
}

function isKeyword(word: string): word is Keyword {
  return Object.hasOwn(readers, word);
}

const readers: Readonly<Record<Keyword, Reader>> = {
  FROM: from,
  RUN: run,
  COPY: copy,
  ADD: add,
  CMD: ({ rest }) => ({ keyword: 'CMD', command: commandForm(rest) }),
  ENTRYPOINT: ({ rest }) => ({ keyword: 'ENTRYPOINT', command: commandForm(rest) }),
  ENV: ({ rest, escape }) => ({ keyword: 'ENV', ...nameValues('ENV', rest, escape) }),
  LABEL: ({ rest, escape }) => ({ keyword: 'LABEL', ...nameValues('LABEL', rest, escape) }),
  ARG: ({ rest, escape }) => ({ keyword: 'ARG', arguments: needed('ARG', quotedWords(rest, escape)).map(argument) }),
  EXPOSE: ({ rest }) => ({ keyword: 'EXPOSE', ports: needed('EXPOSE', spaced(rest)) }),
  VOLUME: ({ rest }) => ({ keyword: 'VOLUME', paths: volumes(rest) }),
  USER: ({ rest }) => ({ keyword: 'USER', value: one('USER', rest) }),
  WORKDIR: ({ rest }) => ({ keyword: 'WORKDIR', value: one('WORKDIR', rest) }),
  STOPSIGNAL: ({ rest }) => ({ keyword: 'STOPSIGNAL', value: one('STOPSIGNAL', rest) }),
  MAINTAINER: ({ rest }) => ({ keyword: 'MAINTAINER', value: one('MAINTAINER', rest) }),
  HEALTHCHECK: health,
  SHELL: shell,
  ONBUILD: onBuild,
};

function needed(keyword: string, words: readonly string[]): readonly string[] {
  if (words.length === 0) throw new DockerfileError(`${keyword} requires at least one argument`);
  return words;
}

function one(keyword: string, rest: string): string {
  if (rest.trim() === '') throw new DockerfileError(`${keyword} requires exactly one argument`);
  return rest.trim();
}

function from({ rest, flags }: Given): Meaning {
  const words = spaced(rest);
  const [image = '', as, name] = words;
  if (words.length !== 1 && words.length !== 3)
    throw new DockerfileError('FROM requires either one or three arguments');
  const platform = flags.one('platform');
  if (as === undefined || name === undefined) return { keyword: 'FROM', image, platform };
  if (as.toUpperCase() !== 'AS') throw new DockerfileError(`FROM: expected AS before the stage's name, not ${as}`);
  if (!/^[a-z][a-z0-9._-]*$/i.test(name)) {
    throw new DockerfileError(
      `invalid name for build stage: ${JSON.stringify(name)}, name can't start with a number or contain symbols`,
    );
  }
  return { keyword: 'FROM', image, platform, name, asTyped: as };
}

const networks: readonly string[] = ['default', 'none', 'host'];

function run({ rest, flags, heredocs }: Given): Meaning {
  if (rest.trim() === '') throw new DockerfileError('RUN requires at least one argument');
  const network = flags.one('network');
  if (network !== undefined && !networks.includes(network)) {
    throw new DockerfileError(`invalid network mode ${JSON.stringify(network)}: there are ${networks.join(', ')}`);
  }
  return {
    keyword: 'RUN',
    command: commandForm(rest),
    heredocs,
    mounts: flags.many('mount'),
    network,
    security: flags.one('security'),
  };
}

/** Heredocs among the sources stand there as they were opened. */
function places(
  keyword: string,
  { rest }: Given,
): { readonly sources: readonly string[]; readonly destination: string } {
  const words = listOf(rest);
  const destination = words.at(-1);
  if (words.length < 2 || destination === undefined) {
    throw new DockerfileError(`${keyword} requires at least two arguments`);
  }
  return { sources: words.slice(0, -1), destination };
}

function sharedFlags({
  flags,
}: Given): Pick<(Instruction & { keyword: 'COPY' })['flags'], 'chown' | 'chmod' | 'link' | 'exclude'> {
  return {
    chown: flags.one('chown'),
    chmod: flags.one('chmod'),
    link: flags.isOn('link') ?? false,
    exclude: flags.many('exclude'),
  };
}

function copy(given: Given): Meaning {
  const { flags, heredocs } = given;
  const { sources, destination } = places('COPY', given);
  return {
    keyword: 'COPY',
    sources: withoutHeads(sources, given),
    destination,
    heredocs,
    flags: { ...sharedFlags(given), from: flags.one('from'), parents: flags.isOn('parents') ?? false },
  };
}

function add(given: Given): Meaning {
  const { flags, heredocs } = given;
  const { sources, destination } = places('ADD', given);
  return {
    keyword: 'ADD',
    sources: withoutHeads(sources, given),
    destination,
    heredocs,
    flags: {
      ...sharedFlags(given),
      checksum: flags.one('checksum'),
      keepGitDir: flags.isOn('keep-git-dir'),
      unpack: flags.isOn('unpack'),
    },
  };
}

function withoutHeads(sources: readonly string[], { escape, heredocs }: Given): readonly string[] {
  const names = heredocs.map(({ name }) => name);
  return sources.filter((source) => !names.includes(headOf(source, escape)?.name ?? ''));
}

function argument(word: string): Argument {
  const equals = word.indexOf('=');
  if (equals === 0) throw new DockerfileError('ARG names can not be blank');
  return equals < 0 ? { name: word } : { name: word.slice(0, equals), value: word.slice(equals + 1) };
}

function volumes(rest: string): readonly string[] {
  const paths = needed('VOLUME', listOf(rest));
  if (paths.some((path) => path.trim() === ''))
    throw new DockerfileError('VOLUME specified can not be an empty string');
  return paths;
}

function shell({ rest }: Given): Meaning {
  const words = jsonWords(rest);
  if (words === undefined) throw new DockerfileError('SHELL requires the arguments to be in JSON form');
  if (words.length === 0) throw new DockerfileError('SHELL requires at least one argument');
  return { keyword: 'SHELL', words };
}

function health({ rest, flags }: Given): Meaning {
  const [, type = '', line = ''] = /^\s*(\S+)\s*(.*)$/s.exec(rest) ?? [];
  if (type.toUpperCase() === 'NONE') {
    if (line.trim() !== '') throw new DockerfileError('HEALTHCHECK NONE takes no arguments');
    return { keyword: 'HEALTHCHECK', intervals: {} };
  }
  if (type.toUpperCase() !== 'CMD')
    throw new DockerfileError(`unknown type ${JSON.stringify(type)} in HEALTHCHECK (try CMD)`);
  if (line.trim() === '') throw new DockerfileError('missing command after HEALTHCHECK CMD');
  return { keyword: 'HEALTHCHECK', test: commandForm(line), intervals: intervalsOf(flags), ...retriesOf(flags) };
}

const intervals = {
  interval: 'interval',
  timeout: 'timeout',
  'start-period': 'startPeriod',
  'start-interval': 'startInterval',
} as const;

function intervalsOf(flags: Flags): Readonly<Record<string, number>> {
  const entries = Object.entries(intervals).flatMap(([flag, key]) => {
    const text = flags.many(flag).at(-1);
    return text === undefined ? [] : [[key, shortest(flag, parseDuration(text))] as const];
  });
  return Object.fromEntries(entries);
}

function shortest(flag: string, nanoseconds: number): number {
  if (nanoseconds === 0 || nanoseconds >= 1e6) return nanoseconds;
  throw new DockerfileError(`Interval ${JSON.stringify(flag)} cannot be less than 1ms`);
}

function retriesOf(flags: Flags): { readonly retries?: number } {
  const text = flags.many('retries').at(-1);
  if (text === undefined) return {};
  const retries = Number(text);
  if (text !== '' && Number.isInteger(retries) && retries >= 0) return { retries };
  throw new DockerfileError(`--retries must be a whole number from 0 on, not ${JSON.stringify(text)}`);
}

const untriggered: readonly Keyword[] = ['ONBUILD', 'FROM', 'MAINTAINER'];

function onBuild({ rest, escape, line }: Given): Meaning {
  if (rest.trim() === '') throw new DockerfileError('ONBUILD requires at least one argument');
  const trigger = parseInstruction({ ...line, text: rest }, escape);
  if (trigger.keyword === 'ONBUILD') throw new DockerfileError("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
  if (untriggered.includes(trigger.keyword)) {
    throw new DockerfileError(`${trigger.keyword} isn't allowed as an ONBUILD trigger`);
  }
  return { keyword: 'ONBUILD', trigger };
}
