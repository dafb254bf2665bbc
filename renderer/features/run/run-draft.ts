import type { ContainerCreate } from '#engine/contract/container.ts';
import { parseMemory } from '#renderer/ui/memory-limit.ts';
import { splitShellWords, type ShellWordsProblem } from '#renderer/ui/shell-words.ts';

import {
  checkOptions,
  emptyOptions,
  type OptionField,
  type OptionPlace,
  type OptionProblem,
  type OptionProblems,
  type RunOptions,
} from './run-options.ts';

export interface EnvRow {
  readonly id: number;
  readonly name: string;
  readonly value: string;
}

export interface BindRow {
  readonly id: number;
  readonly source: string;
  readonly destination: string;
  readonly readOnly: boolean;
}

/** The run form as it is being filled in; everything is text until `checkDraft` has read it. */
export interface RunDraft extends RunOptions {
  readonly image: string;
  readonly name: string;
  readonly command: string;
  readonly entrypoint: string;
  readonly env: readonly EnvRow[];
  readonly workingDir: string;
  readonly user: string;
  readonly hostname: string;
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly autoRemove: boolean;
  readonly readOnlyRootfs: boolean;
  /** `default`, `none`, `host`, or a network's name. */
  readonly network: string;
  readonly memory: string;
  readonly binds: readonly BindRow[];
}

type DraftProblem =
  | ShellWordsProblem
  | OptionProblem
  | 'no-image'
  | 'image-missing'
  | 'no-command'
  | 'bad-name'
  | 'relative-path'
  | 'bad-user'
  | 'bad-hostname'
  | 'bad-memory'
  | 'memory-too-small'
  | 'env-without-name'
  | 'env-name-with-equals'
  | 'env-twice'
  | 'bind-incomplete'
  | 'bind-with-colon'
  | 'bind-over-root'
  | 'bind-twice';

/** Where a problem is: a field, or a row of the two lists. */
type DraftProblems = ReadonlyMap<DraftPlace, DraftProblem>;
export type DraftField =
  | 'image'
  | 'name'
  | 'command'
  | 'entrypoint'
  | 'workingDir'
  | 'user'
  | 'hostname'
  | 'memory'
  | 'health'
  | Exclude<OptionField, 'restart'>;
export type DraftPlace = DraftField | OptionPlace | `env-${number}` | `bind-${number}`;

export interface CheckedDraft {
  readonly problems: DraftProblems;
  /** As it would be sent; what has a problem is left out. */
  readonly request: ContainerCreate;
}

/** What is known of the image that the draft names; while nothing is known, everything may be. */
export interface ImageFacts {
  readonly isLocal: boolean;
  /** Whether its config says what to run. */
  readonly hasCommand: boolean;
}

export function emptyDraft(image: string): RunDraft {
  return {
    image,
    name: '',
    command: '',
    entrypoint: '',
    env: [],
    workingDir: '',
    user: '',
    hostname: '',
    tty: true,
    openStdin: true,
    autoRemove: false,
    readOnlyRootfs: false,
    network: 'default',
    memory: '',
    binds: [],
    ...emptyOptions,
  };
}

type Problems = Map<DraftPlace, DraftProblem>;

// Docker's own rule for names, so that a name works in every client.
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const USER = /^[^:\s]+(?::[^:\s]+)?$/;
// RFC 1123 labels; the kernel takes 64 bytes (sethostname(2)).
const HOSTNAME =
  /^(?=.{1,64}$)[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*$/;

export function checkDraft(draft: RunDraft, facts: ImageFacts): CheckedDraft {
  const problems: Problems = new Map();
  checkImage(draft, facts, problems);
  const text = (
    place: DraftPlace,
    value: string,
    isRight: (value: string) => boolean,
    problem: DraftProblem,
  ): string => {
    const trimmed = value.trim();
    if (trimmed === '' || isRight(trimmed)) return trimmed;
    problems.set(place, problem);
    return '';
  };
  const words = (place: 'command' | 'entrypoint', value: string): readonly string[] => {
    const split = splitShellWords(value);
    if (split.problem !== undefined) problems.set(place, split.problem);
    return split.words ?? [];
  };
  const request = {
    image: draft.image.trim(),
    ...optional(
      'name',
      text('name', draft.name, (value) => NAME.test(value), 'bad-name'),
    ),
    ...optional('entrypoint', words('entrypoint', draft.entrypoint)),
    ...optional('command', words('command', draft.command)),
    ...optional('env', checkEnv(draft.env, problems)),
    ...optional('workingDir', text('workingDir', draft.workingDir, isAbsolute, 'relative-path')),
    ...optional(
      'user',
      text('user', draft.user, (value) => USER.test(value), 'bad-user'),
    ),
    ...optional(
      'hostname',
      text('hostname', draft.hostname, (value) => HOSTNAME.test(value), 'bad-hostname'),
    ),
    tty: draft.tty,
    openStdin: draft.openStdin,
    ...(draft.autoRemove ? { autoRemove: true } : {}),
    ...(draft.readOnlyRootfs ? { readOnlyRootfs: true } : {}),
    ...(draft.network === 'default' ? {} : { network: draft.network }),
    ...checkMemory(draft.memory, problems),
    ...optional('binds', checkBinds(draft.binds, problems)),
    ...checkedOptions(draft, problems),
  };
  return { problems, request };
}

function checkedOptions(draft: RunDraft, problems: Problems): Partial<ContainerCreate> {
  const found: OptionProblems = new Map();
  const options = checkOptions(draft, draft, found);
  for (const [place, problem] of found) problems.set(place, problem);
  return options;
}

function optional<K extends string>(key: K, value: string): Partial<Record<K, string>>;
function optional<K extends string>(key: K, value: readonly string[]): Partial<Record<K, string[]>>;
function optional(key: string, value: string | readonly string[]): Partial<Record<string, string | string[]>> {
  if (value.length === 0) return {};
  return { [key]: typeof value === 'string' ? value : [...value] };
}

function checkImage(draft: RunDraft, { isLocal, hasCommand }: ImageFacts, problems: Problems): void {
  if (draft.image.trim() === '') problems.set('image', 'no-image');
  else if (!isLocal) problems.set('image', 'image-missing');
  const isSaid = hasCommand || draft.command.trim() !== '' || draft.entrypoint.trim() !== '';
  if (!isSaid) problems.set('command', 'no-command');
}

// Docker's own least: with less, a program can't even be loaded.
const LEAST_MEMORY = 6 * 1024 * 1024;

function checkMemory(text: string, problems: Problems): { readonly memoryBytes?: number } {
  if (text.trim() === '') return {};
  const memoryBytes = parseMemory(text);
  if (memoryBytes !== undefined && memoryBytes >= LEAST_MEMORY) return { memoryBytes };
  problems.set('memory', memoryBytes === undefined ? 'bad-memory' : 'memory-too-small');
  return {};
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/');
}

function checkEnv(rows: readonly EnvRow[], problems: Problems): readonly string[] {
  const seen = new Set<string>();
  const env: string[] = [];
  for (const row of rows) {
    const name = row.name.trim();
    if (name === '' && row.value === '') continue;
    const problem = envProblem(name, seen);
    if (problem === undefined) env.push(`${name}=${row.value}`);
    else problems.set(`env-${row.id}`, problem);
    seen.add(name);
  }
  return env;
}

function envProblem(name: string, seen: ReadonlySet<string>): DraftProblem | undefined {
  if (name === '') return 'env-without-name';
  if (name.includes('=')) return 'env-name-with-equals';
  return seen.has(name) ? 'env-twice' : undefined;
}

function checkBinds(rows: readonly BindRow[], problems: Problems): readonly string[] {
  const seen = new Set<string>();
  const binds: string[] = [];
  for (const row of rows) {
    const source = row.source.trim();
    const destination = row.destination.trim();
    if (source === '' && destination === '') continue;
    const problem = bindProblem(source, destination, seen);
    if (problem === undefined) binds.push(`${source}:${destination}${row.readOnly ? ':ro' : ''}`);
    else problems.set(`bind-${row.id}`, problem);
    seen.add(destination);
  }
  return binds;
}

/** What Docker takes as a volume's name, and never as a path. */
function isVolumeName(source: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(source);
}

function bindProblem(source: string, destination: string, seen: ReadonlySet<string>): DraftProblem | undefined {
  if (source === '' || destination === '') return 'bind-incomplete';
  if (!isAbsolute(destination) || !(isAbsolute(source) || isVolumeName(source))) return 'relative-path';
  if (source.includes(':') || destination.includes(':')) return 'bind-with-colon';
  if (/^\/+$/.test(destination)) return 'bind-over-root';
  return seen.has(destination) ? 'bind-twice' : undefined;
}
