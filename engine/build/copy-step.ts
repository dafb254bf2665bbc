import type { Add, Copy } from '#engine/dockerfile/instruction.ts';
import type { Heredoc } from '#engine/dockerfile/logical-lines.ts';
import { DockerfileError } from '#engine/dockerfile/problem.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';

import { addedSources, type Aside } from './add-sources.ts';
import { digestOf, once } from './bytes.ts';
import type { Expander } from './config-instruction.ts';
import { changedMode, parseModeChange, type ModeChange } from './mode-change.ts';
import {
  asItWas,
  itemLine,
  join,
  planCopy,
  planDigest,
  directoryItem,
  type CopyItem,
  type Owner,
} from './plan-copy.ts';
import { resolveTarget } from './resolve-target.ts';
import { directoriesAbove, type SourceTree } from './source-tree.ts';
import { StackSource } from './stack-source.ts';
import { resolveOwner } from './stage-users.ts';
import { diffIdsOf, workdirOf, type StageState } from './stage-state.ts';
import type { StepInputs } from './step-inputs.ts';
import { byBytes } from './tar-source.ts';

/** What a COPY or an ADD will make, before anything is made. */
export interface CopyPlan {
  readonly items: readonly CopyItem[];
  readonly inputs: StepInputs;
  /** Decides alone what the layer holds: what is below was looked at when it was planned. */
  readonly digest: string;
}

export interface CopyContext {
  readonly images: ImageParts;
  readonly state: StageState;
  readonly expander: Expander;
  readonly tree: SourceTree;
  readonly aside: Aside;
}

/** @throws DockerfileError in Docker's words for what isn't there. */
export async function copyPlan(instruction: Add | Copy, context: CopyContext): Promise<CopyPlan> {
  const { images, state, expander } = context;
  const { flags } = instruction;
  const text = (value: string): string => expander(value).text;
  const belowIds = flags.link ? [] : diffIdsOf(state);
  const below = await StackSource.open(images.layers, belowIds, 'the stage');
  const owner = await ownerOf(context, flags.chown === undefined ? undefined : text(flags.chown));
  const mode = flags.chmod === undefined ? undefined : modeChange(text(flags.chmod));
  const destination = absolute(workdirOf(state), text(instruction.destination));
  const sources = instruction.sources.map(text);
  const common = { below, destination, owner, mode };
  const plans: (readonly CopyItem[])[] = [];
  if (instruction.keyword === 'ADD')
    plans.push(await addedSources(withValues(instruction, text), { ...context, ...common, sources }));
  else if (sources.length > 0) {
    const copy = { destination, owner, mode, sources, keepsParents: instruction.flags.parents };
    const whole = { ...copy, exclude: flags.exclude.map(text) };
    const step = JSON.stringify([belowIds, whole]);
    plans.push(await planCopy({ ...whole, below, tree: context.tree, step }));
  }
  if (instruction.heredocs.length > 0) plans.push(await heredocItems(instruction.heredocs, { ...common, expander }));
  const [only = []] = plans;
  const items = plans.length > 1 || instruction.keyword === 'ADD' ? merged(plans) : only;
  const { files, digest } = described(items);
  const words = [instruction.keyword, ...sources, destination].join(' ');
  return { items, digest, inputs: { instruction: words, variables: {}, files, settings: {} } };
}

/** What comes later takes the place of what is there. */
function merged(plans: readonly (readonly CopyItem[])[]): readonly CopyItem[] {
  const items = new Map(plans.flat().map((item) => [item.path, item]));
  return [...items.values()].toSorted((one, other) => byBytes(one.path, other.path));
}

interface Description {
  readonly files: StepInputs['files'];
  readonly digest: string;
}

/** A plan that is remembered is the same object again. */
const descriptions = new WeakMap<readonly CopyItem[], Description>();

function described(items: readonly CopyItem[]): Description {
  const known = descriptions.get(items);
  if (known !== undefined) return known;
  const files = Object.fromEntries(items.map((item) => [`/${item.path}`, itemLine(item)]));
  const description = { files, digest: planDigest(Object.values(files)) };
  descriptions.set(items, description);
  return description;
}

/** What else of an ADD may be written with variables. */
function withValues(instruction: Add, text: (value: string) => string): Add {
  const { checksum, exclude } = instruction.flags;
  const flags = { ...instruction.flags, checksum: checksum && text(checksum), exclude: exclude.map(text) };
  return { ...instruction, flags };
}

async function ownerOf({ images, state }: CopyContext, chown: string | undefined): Promise<Owner> {
  return chown === undefined ? { uid: 0, gid: 0 } : resolveOwner(images.layers, diffIdsOf(state), chown);
}

function modeChange(text: string): ModeChange {
  const change = parseModeChange(text);
  if (change !== undefined) return change;
  throw new DockerfileError(
    `invalid chmod parameter: '${text}'. it should be octal string and between 0 and 07777, or like u=rwX,go=rX`,
  );
}

/** A slash at the end says that it is a directory, and so does a dot. */
export function absolute(workdir: string, path: string): string {
  const whole = path.startsWith('/') ? path : `${workdir}/${path}`;
  return whole.endsWith('/..') ? `${whole}/` : whole;
}

interface HeredocContext {
  readonly below: SourceTree;
  readonly destination: string;
  readonly owner: Owner;
  readonly mode: ModeChange | undefined;
  readonly expander: Expander;
}

const HEREDOC_MODE = 0o644;

async function heredocItems(heredocs: readonly Heredoc[], context: HeredocContext): Promise<readonly CopyItem[]> {
  const { below, destination, owner, mode: change = HEREDOC_MODE, expander } = context;
  const mode = changedMode(change, HEREDOC_MODE, false);
  const target = await resolveTarget(below, destination);
  const isDirectory = /\/\.?$/.test(destination) || target.existing?.type === 'directory';
  if (heredocs.length > 1 && !isDirectory)
    throw new DockerfileError('several heredocs need a directory, which ends with a /');
  const files = heredocs.map(({ name, content, expands }): CopyItem => {
    const bytes = Buffer.from(expands ? expander(content, { ignoresQuotes: true }).text : content);
    const path = isDirectory ? join(target.path, name) : target.path;
    const digest = digestOf(bytes);
    const open = (): AsyncIterable<Uint8Array> => once(bytes);
    return { path, type: 'file', mode, ...owner, mtime: 0, size: bytes.length, linkTarget: '', digest, open };
  });
  const parents = new Set(files.flatMap(({ path }) => directoriesAbove(path)));
  const directories = [...parents].map((path) => asItWas(below, directoryItem(path, { owner, mtime: 0 })));
  return [...(await Promise.all(directories)), ...files];
}
