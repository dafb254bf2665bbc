import { EngineError } from '#engine/contract/errors.ts';

import { equations, wordsOf } from './instruction-words.ts';

/** `config` of an image's document, in Docker's spelling (config.md). */
export type RunDocument = Readonly<Record<string, unknown>>;

/** @param hasCommand whether one of the instructions before has set one. */
type Change = (config: RunDocument, rest: string, hasCommand: boolean) => RunDocument;

/**
 * A config after a Dockerfile's instructions, of those that change nothing but it: `CMD ["sh"]`, `ENV a=b c=d`.
 * @throws EngineError `invalid-argument` naming the instruction.
 */
export function applyInstructions(config: RunDocument, instructions: readonly string[]): RunDocument {
  const lines = instructions
    .flatMap((text) => text.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const first = lines.findIndex((line) => /^CMD\s/i.test(line));
  return lines.reduce((now, line, at) => applyInstruction(now, line, first >= 0 && first < at), config);
}

function applyInstruction(config: RunDocument, line: string, hasCommand: boolean): RunDocument {
  const [, keyword = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(line) ?? [];
  const change = changes[keyword.toUpperCase()];
  if (change === undefined) {
    throw new EngineError(
      'invalid-argument',
      `${keyword} is not a valid change command; there are ${Object.keys(changes).join(', ')}.`,
    );
  }
  if (rest.trim() === '') throw new EngineError('invalid-argument', `${keyword.toUpperCase()} requires an argument.`);
  return change(config, rest.trim(), hasCommand);
}

const changes: Readonly<Record<string, Change>> = {
  CMD: (config, rest) => ({ ...config, Cmd: command(rest) }),
  // A command that was there was the old entrypoint's.
  ENTRYPOINT: (config, rest, hasCommand) => ({
    ...config,
    Entrypoint: command(rest),
    ...(hasCommand ? {} : { Cmd: null }),
  }),
  ENV: (config, rest) => ({ ...config, Env: withEnv(texts(config['Env']), equations('ENV', rest)) }),
  LABEL: (config, rest) => ({ ...config, Labels: { ...record(config['Labels']), ...fromEquations('LABEL', rest) } }),
  EXPOSE: (config, rest) => ({ ...config, ExposedPorts: { ...record(config['ExposedPorts']), ...named(rest, port) } }),
  VOLUME: (config, rest) => ({ ...config, Volumes: { ...record(config['Volumes']), ...named(rest, (path) => path) } }),
  USER: (config, rest) => ({ ...config, User: rest }),
  WORKDIR: (config, rest) => ({ ...config, WorkingDir: within(config['WorkingDir'], rest) }),
  STOPSIGNAL: (config, rest) => ({ ...config, StopSignal: rest }),
  ONBUILD: (config, rest) => ({ ...config, OnBuild: [...texts(config['OnBuild']), rest] }),
  HEALTHCHECK: (config, rest) => ({ ...config, Healthcheck: healthcheck(rest) }),
};

/** A list as JSON, or a line for a shell. */
function command(rest: string): readonly string[] {
  return jsonWords(rest) ?? ['/bin/sh', '-c', rest];
}

function jsonWords(rest: string): readonly string[] | undefined {
  if (!rest.startsWith('[')) return undefined;
  try {
    const words: unknown = JSON.parse(rest);
    if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words;
  } catch {
    // A shell's own bracket, then.
  }
  return undefined;
}

function named(rest: string, key: (word: string) => string): Readonly<Record<string, object>> {
  return Object.fromEntries((jsonWords(rest) ?? wordsOf(rest)).map((word) => [key(word), {}]));
}

function port(word: string): string {
  const [, number, protocol = 'tcp'] = /^(\d{1,5}(?:-\d{1,5})?)(?:\/(tcp|udp|sctp))?$/i.exec(word) ?? [];
  if (number === undefined) throw new EngineError('invalid-argument', `invalid containerPort: ${word}`);
  return `${number}/${protocol.toLowerCase()}`;
}

function fromEquations(keyword: string, rest: string): Readonly<Record<string, string>> {
  return Object.fromEntries(equations(keyword, rest));
}

/** Each where it was, or at the end. */
function withEnv(env: readonly string[], set: readonly (readonly [string, string])[]): readonly string[] {
  const entries = new Map(env.map((entry) => [entry.split('=', 1)[0] ?? '', entry]));
  for (const [name, value] of set) entries.set(name, `${name}=${value}`);
  return [...entries.values()];
}

function within(before: unknown, path: string): string {
  if (path.startsWith('/')) return path;
  const base = typeof before === 'string' && before !== '' ? before : '/';
  return `${base.replace(/\/$/, '')}/${path}`;
}

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

const options: Readonly<Record<string, string>> = {
  interval: 'Interval',
  timeout: 'Timeout',
  'start-period': 'StartPeriod',
  'start-interval': 'StartInterval',
  retries: 'Retries',
};

function healthcheck(rest: string): RunDocument {
  if (rest.toUpperCase() === 'NONE') return { Test: ['NONE'] };
  const found: Record<string, unknown> = {};
  let text = rest;
  for (let option = /^--([a-z-]+)=(\S+)\s+/.exec(text); option !== null; option = /^--([a-z-]+)=(\S+)\s+/.exec(text)) {
    const [whole, name = '', value = ''] = option;
    const field = options[name];
    if (field === undefined) throw new EngineError('invalid-argument', `HEALTHCHECK has no option --${name}.`);
    found[field] = name === 'retries' ? Number(value) : nanoseconds(value);
    text = text.slice(whole.length);
  }
  const [, line] = /^CMD\s+(.*)$/is.exec(text) ?? [];
  if (line === undefined) throw new EngineError('invalid-argument', `Unknown type "${text}" in HEALTHCHECK (try CMD)`);
  const words = jsonWords(line);
  return { Test: words === undefined ? ['CMD-SHELL', line] : ['CMD', ...words], ...found };
}

/** `1m30s`, as Go writes durations. */
function nanoseconds(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) {
    throw new EngineError('invalid-argument', `invalid duration "${text}"`);
  }
  return parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (UNITS[unit] ?? 0), 0);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
