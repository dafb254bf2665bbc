import { posix } from 'node:path';

import type { CommandForm, Health, Instruction, NameValue } from '#engine/dockerfile/instruction.ts';
import { DockerfileError } from '#engine/dockerfile/problem.ts';
import { scriptOf } from '#engine/dockerfile/run-script.ts';
import { expand, type Expanded, type LexerOptions } from '#engine/dockerfile/shell-lexer.ts';

import { settingsOf, SHELL, splitPair, variablesOf, withSettings, workdirOf, type StageState } from './stage-state.ts';

/** Instructions that change no file. WORKDIR may: that is seen to elsewhere. */
export type ConfigInstruction = Exclude<Instruction, { readonly keyword: 'FROM' | 'RUN' | 'COPY' | 'ADD' | 'ARG' }>;

export interface Expander {
  (text: string, how?: Pick<LexerOptions, 'ignoresQuotes'>): Expanded;
}

export function expanderOf(state: StageState, escape: '\\' | '`'): Expander {
  const variables = variablesOf(state);
  return (text, how) => expand(text, { escape, variables, ...how });
}

/** The stage with its config changed (Docker image specification 1.2). @throws DockerfileError. */
export function changeConfig(state: StageState, instruction: ConfigInstruction, escape: '\\' | '`'): StageState {
  const expander = expanderOf(state, escape);
  const text = (value: string): string => expander(value).text;
  const settings = settingsOf(state);
  switch (instruction.keyword) {
    case 'ENV':
      return withSettings(state, { Env: withEnv(settings.Env ?? [], instruction.pairs, text) });
    case 'LABEL':
      return withSettings(state, { Labels: { ...settings.Labels, ...labels(instruction.pairs, text) } });
    case 'EXPOSE':
      return withSettings(state, {
        ExposedPorts: { ...settings.ExposedPorts, ...ports(instruction.ports, expander) },
      });
    case 'VOLUME':
      return withSettings(state, { Volumes: { ...settings.Volumes, ...asSet(instruction.paths.map(text)) } });
    case 'USER':
      return withSettings(state, { User: text(instruction.value) });
    case 'WORKDIR':
      return withSettings(state, { WorkingDir: posix.resolve(workdirOf(state), text(instruction.value)) });
    case 'STOPSIGNAL':
      return withSettings(state, { StopSignal: text(instruction.value) });
    default:
      return changeCommands(state, instruction);
  }
}

function changeCommands(state: StageState, instruction: ConfigInstruction): StageState {
  switch (instruction.keyword) {
    case 'MAINTAINER':
      return { ...state, document: { ...state.document, author: instruction.value } };
    case 'SHELL':
      return withSettings(state, { Shell: instruction.words });
    case 'CMD':
      return { ...withSettings(state, { Cmd: wordsOf(state, instruction.command) }), hasOwnCommand: true };
    case 'ENTRYPOINT': {
      const inherited = state.hasOwnCommand ? {} : { Cmd: null };
      return withSettings(state, { Entrypoint: wordsOf(state, instruction.command), ...inherited });
    }
    case 'HEALTHCHECK':
      return withSettings(state, { Healthcheck: healthcheck(state, instruction) });
    case 'ONBUILD':
      return withSettings(state, { OnBuild: [...(settingsOf(state).OnBuild ?? []), triggerText(instruction.trigger)] });
    default:
      return state;
  }
}

/** What the image keeps of a trigger is read again as a Dockerfile, with what its heredocs hold. */
function triggerText(trigger: Instruction): string {
  return 'heredocs' in trigger ? scriptOf(trigger.text, trigger.heredocs) : trigger.text;
}

/** A line is the shell's. */
export function wordsOf(state: StageState, command: CommandForm): readonly string[] {
  return command.form === 'exec' ? command.words : [...(settingsOf(state).Shell ?? SHELL), command.line];
}

/** Each where it was, or at the end. */
function withEnv(env: readonly string[], pairs: readonly NameValue[], text: (value: string) => string): string[] {
  const entries = new Map(env.map((entry) => [splitPair(entry)[0], entry]));
  for (const { name, value } of pairs) entries.set(text(name), `${text(name)}=${text(value)}`);
  return [...entries.values()];
}

function labels(pairs: readonly NameValue[], text: (value: string) => string): Record<string, string> {
  return Object.fromEntries(pairs.map(({ name, value }) => [text(name), text(value)]));
}

const PORT = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i;

function ports(written: readonly string[], expander: Expander): Record<string, object> {
  const words = written.flatMap((word) => expander(word).words);
  return asSet(
    words.flatMap((word) => {
      const [, first, last = first, protocol = 'tcp'] = PORT.exec(word.split(':').at(-1) ?? '') ?? [];
      const from = Number(first);
      const to = Number(last);
      if (first === undefined || from > to || to > 65_535 || from < 1)
        throw new DockerfileError(`invalid containerPort: ${word}`);
      return Array.from({ length: to - from + 1 }, (_, at) => `${from + at}/${protocol.toLowerCase()}`);
    }),
  );
}

function asSet(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

function healthcheck(state: StageState, { test, intervals, retries }: Health): object {
  if (test === undefined) return { Test: ['NONE'] };
  const shell = settingsOf(state).Shell;
  const line = test.form === 'shell' ? ['CMD-SHELL', test.line] : ['CMD', ...test.words];
  // The shell of the image's own is the one that asks.
  const words = test.form === 'shell' && shell !== undefined ? ['CMD', ...shell, test.line] : line;
  const { interval, timeout, startPeriod, startInterval } = intervals;
  return {
    Test: words,
    ...(interval === undefined ? {} : { Interval: interval }),
    ...(timeout === undefined ? {} : { Timeout: timeout }),
    ...(startPeriod === undefined ? {} : { StartPeriod: startPeriod }),
    ...(startInterval === undefined ? {} : { StartInterval: startInterval }),
    ...(retries === undefined ? {} : { Retries: retries }),
  };
}
