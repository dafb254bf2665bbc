import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { ContainerParts } from '#engine/container/container-parts.ts';
import type { ComparedDirectory, ComparedSide, CompareSide, Comparison } from '#engine/contract/comparison.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { TreePage, TreeRow } from '#engine/contract/layer.ts';
import type { WalkChoice } from '#engine/layer/range-requests.ts';

import { compareConfigs } from './compare-configs.ts';
import { compareSteps } from './compare-steps.ts';
import type { ComparedTrees, StackPair } from './inspect-task.ts';
import type { InspectThread } from './inspect-thread.ts';
import { emptyLayer, type OpenSide, type SideParts } from './open-side.ts';
import { openSide } from './open-sides.ts';

const MOST = 4;
const IDLE_MS = 10 * 60_000;

/** Two sides that somebody looks at, and the directory of what was made for it. */
export interface OpenComparison {
  readonly before: OpenSide;
  readonly now: OpenSide;
  readonly dir: string;
  readonly expiry: NodeJS.Timeout;
}

/**
 * What is compared, for as long as somebody asks about it. What had to be fetched or taken apart lies in the data root's
 * temporary directory, which a next engine empties.
 */
export class Comparisons implements AsyncDisposable {
  readonly #containers: ContainerParts;
  readonly #thread: InspectThread;
  /** The one not used for longest comes first. */
  readonly #open = new Map<string, OpenComparison>();

  constructor(containers: ContainerParts, thread: InspectThread) {
    this.#containers = containers;
    this.#thread = thread;
  }

  /** @throws EngineError as whoever has a side does, `cancelled` when the signal fires. */
  async compare(sides: Record<'before' | 'now', CompareSide>, signal: AbortSignal): Promise<Comparison> {
    await using undo = new AsyncDisposableStack();
    const dir = await mkdtemp(join(this.#containers.images.temporaryDir, 'compare-'));
    undo.defer(() => rm(dir, { recursive: true, force: true }));
    const parts = { containers: this.#containers, thread: this.#thread, dir, signal };
    const before = await whole(parts, await openSide(parts, sides.before));
    const now = await whole(parts, await openSide(parts, sides.now));
    const pair = pairOf(before, now);
    const trees = pair === undefined ? undefined : await this.#thread.ask('compare', pair, signal);
    const id = randomBytes(8).toString('hex');
    undo.move();
    await this.#keep(id, { before, now, dir });
    return describe(id, { before, now }, trees);
  }

  /** @throws EngineError `not-found` once it was left for too long. */
  async children({ comparison, ...request }: ComparedDirectory, signal: AbortSignal): Promise<TreePage> {
    return this.#thread.ask('page', { ...this.#pair(comparison), request }, signal);
  }

  walk(comparison: string, request: WalkChoice, signal: AbortSignal): AsyncGenerator<TreeRow[]> {
    return this.#thread.stream('walk', { ...this.#pair(comparison), request }, signal);
  }

  /** @throws EngineError `not-found` once it was left for too long. */
  find(id: string): OpenComparison {
    const found = this.#open.get(id);
    if (found === undefined)
      throw new EngineError('not-found', 'Nobody has asked about this comparison for long; compare again.');
    this.#open.delete(id);
    this.#open.set(id, found);
    found.expiry.refresh();
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.#forget(id)));
  }

  #pair(id: string): StackPair {
    const { before, now } = this.find(id);
    const pair = pairOf(before, now);
    if (pair !== undefined) return pair;
    const { name } = before.layers === undefined ? before : now;
    throw new EngineError('not-found', `Not all layers of ${name} are here: compare again, and fetch them.`);
  }

  async #keep(id: string, sides: Omit<OpenComparison, 'expiry'>): Promise<void> {
    const expiry = setTimeout(() => void this.#forget(id), IDLE_MS).unref();
    this.#open.set(id, { ...sides, expiry });
    const [oldest] = this.#open.keys();
    if (this.#open.size > MOST && oldest !== undefined) await this.#forget(oldest);
  }

  async #forget(id: string): Promise<void> {
    const found = this.#open.get(id);
    if (found === undefined) return;
    this.#open.delete(id);
    clearTimeout(found.expiry);
    await rm(found.dir, { recursive: true, force: true });
  }
}

/** What has no layers has a tree all the same, an empty one. */
async function whole(parts: SideParts, side: OpenSide): Promise<OpenSide> {
  return side.layers?.length === 0 ? { ...side, layers: [await emptyLayer(parts)] } : side;
}

function pairOf(before: OpenSide, now: OpenSide): StackPair | undefined {
  if (before.layers === undefined || now.layers === undefined) return undefined;
  const paths = ({ indexPath }: { readonly indexPath: string }): string => indexPath;
  return { before: before.layers.map(paths), now: now.layers.map(paths) };
}

function describe(
  id: string,
  { before, now }: Pick<OpenComparison, 'before' | 'now'>,
  trees: ComparedTrees | undefined,
): Comparison {
  const [one, other] = [before.config, now.config];
  const haveConfigs = one !== undefined && other !== undefined;
  return {
    id,
    before: sideOf(before, trees?.beforeBytes),
    now: sideOf(now, trees?.nowBytes),
    config: haveConfigs ? compareConfigs(one, other) : [],
    steps: haveConfigs ? compareSteps(one, other) : [],
    sharedLayers: new Set(before.diffIds).intersection(new Set(now.diffIds)).size,
    ...(trees === undefined ? {} : { tree: trees.tree, content: trees.content }),
  };
}

function sideOf({ kind, name, id, diffIds, missing }: OpenSide, bytes: number | undefined): ComparedSide {
  return {
    kind,
    name,
    diffIds: [...diffIds],
    ...(id === undefined ? {} : { id }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(missing === undefined ? {} : { missing }),
  };
}
