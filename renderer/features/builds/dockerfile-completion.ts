import type { DockerfileOutline } from '#engine/contract/dockerfile.ts';
import { type FlagKind, instructionFlags } from '#engine/contract/instruction-flags.ts';

/** What may stand where the cursor is. */
export interface Completions {
  /** Where the word begins that they replace. */
  readonly from: number;
  readonly options: readonly Completion[];
}

export interface Completion {
  readonly label: string;
  readonly type: 'keyword' | 'property' | 'constant' | 'variable' | 'class';
  /** Instead of the label. */
  readonly apply?: string;
}

const mountTypes: readonly string[] = ['bind', 'cache', 'secret', 'ssh', 'tmpfs'];
const values: Readonly<Record<string, readonly string[]>> = {
  network: ['default', 'host', 'none'],
  security: ['insecure', 'sandbox'],
  link: ['false', 'true'],
  parents: ['false', 'true'],
  unpack: ['false', 'true'],
  'keep-git-dir': ['false', 'true'],
};

/**
 * Instructions, their flags, what flags may be, stages that come before, and variables.
 *
 * @param text up to the cursor.
 * @param outline of the whole file, as it last could be read.
 */
export function completionsAt(text: string, outline: DockerfileOutline | undefined): Completions | undefined {
  const { instruction, isFirstLine } = instructionAt(text);
  if (/^\s*#/.test(instruction)) return undefined;
  const word = /\S*$/.exec(instruction)?.[0] ?? '';
  const found =
    isFirstLine && /^\s*\S*$/.test(instruction)
      ? { typed: word, options: keywords() }
      : (variableIn(word, outline) ?? valueIn(word, instruction, stagesAbove(text, outline)));
  return found && { from: text.length - found.typed.length, options: found.options };
}

interface Value {
  /** What they replace. */
  readonly typed: string;
  readonly options: readonly Completion[];
}

function variableIn(word: string, outline: DockerfileOutline | undefined): Value | undefined {
  const [, typed] = /\$\{?(\w*)$/.exec(word) ?? [];
  if (typed === undefined) return undefined;
  return { typed, options: (outline?.variables ?? []).map((label) => ({ label, type: 'variable' })) };
}

/** A flag, what it may be, or the stage that FROM begins with. */
function valueIn(word: string, instruction: string, stages: readonly Completion[]): Value | undefined {
  const keyword = keywordOf(instruction);
  const given = flagValue(word, stages);
  if (given !== undefined || keyword === undefined) return given;
  if (word.startsWith('-')) return { typed: word, options: flagsOf(keyword) };
  const isBase = /^\s*FROM\s+(?:--\S+\s+)*\S*$/i.test(instruction);
  return isBase ? { typed: word, options: stages } : undefined;
}

/** What is written so far of the instruction that the cursor is in, over all its lines. */
function instructionAt(text: string): { readonly instruction: string; readonly isFirstLine: boolean } {
  const lines = text.split('\n');
  let first = lines.length - 1;
  while (first > 0 && /[\\`][ \t]*$/.test(lines[first - 1] ?? '')) first -= 1;
  return { instruction: lines.slice(first).join(' '), isFirstLine: first === lines.length - 1 };
}

type Keyword = keyof typeof instructionFlags;

function isKeyword(word: string): word is Keyword {
  return Object.hasOwn(instructionFlags, word);
}

function keywordOf(instruction: string): Keyword | undefined {
  const [first = '', second = ''] = instruction.trim().toUpperCase().split(/\s+/);
  const word = first === 'ONBUILD' ? second : first;
  return isKeyword(word) ? word : undefined;
}

function keywords(): readonly Completion[] {
  return Object.keys(instructionFlags).map((label) => ({ label, type: 'keyword', apply: `${label} ` }));
}

function flagsOf(keyword: Keyword): readonly Completion[] {
  const flags: Readonly<Record<string, FlagKind>> = instructionFlags[keyword];
  return Object.entries(flags).map(([flag, kind]) => {
    const label = `--${flag}`;
    return { label, type: 'property', apply: kind === 'switch' ? `${label} ` : `${label}=` };
  });
}

/** Stages by the names that they have above the cursor's line. */
function stagesAbove(text: string, outline: DockerfileOutline | undefined): readonly Completion[] {
  const line = text.split('\n').length;
  const current = outline?.stages.findLastIndex(({ steps }) => (steps[0]?.line ?? Infinity) <= line) ?? -1;
  const above = (outline?.stages ?? []).slice(0, Math.max(0, current));
  return above.map(({ name }) => ({ label: name, type: 'class' }));
}

/** `--from=…`, `--network=…`, `--mount=type=bind,from=…`. */
function flagValue(word: string, stages: readonly Completion[]): Value | undefined {
  const [, flag = '', typed] = /^--([a-z-]+)=(.*)$/.exec(word) ?? [];
  if (typed === undefined) return undefined;
  if (flag === 'mount') return mountValue(typed, stages);
  return { typed, options: flag === 'from' ? stages : constants(values[flag] ?? []) };
}

/** The last part of what a mount is given, as `type=cache,target=/x` has them. */
function mountValue(written: string, stages: readonly Completion[]): Value | undefined {
  const part = written.slice(written.lastIndexOf(',') + 1);
  const [, key, typed = ''] = /^(\w+)=(.*)$/.exec(part) ?? [];
  if (key === undefined) return { typed: part, options: mountKeys() };
  if (key === 'type') return { typed, options: constants(mountTypes) };
  return key === 'from' ? { typed, options: stages } : undefined;
}

function constants(labels: readonly string[]): readonly Completion[] {
  return labels.map((label) => ({ label, type: 'constant' }));
}

const keys: readonly string[] = [
  'type',
  'target',
  'source',
  'from',
  'id',
  'sharing',
  'readonly',
  'required',
  'env',
  'mode',
  'uid',
  'gid',
  'size',
];

function mountKeys(): readonly Completion[] {
  return keys.map((label) => ({ label, type: 'property', apply: `${label}=` }));
}
