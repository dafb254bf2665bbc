import { randomBytes } from 'node:crypto';

import { onAbort } from '#engine/async/on-abort.ts';
import { createContainer } from '#engine/container/create-container.ts';
import type { CreateRequest } from '#engine/container/create-request.ts';
import { attachContainer } from '#engine/container/attach-container.ts';
import type { MountRequest } from '#engine/container/container-mount.ts';
import { diffWithin } from '#engine/container/diff-container.ts';
import { openTree } from '#engine/container/open-tree.ts';
import { removeContainer } from '#engine/container/remove-container.ts';
import { startContainer } from '#engine/container/start-container.ts';
import { waitContainer } from '#engine/container/wait-container.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { diffLayer } from '#engine/layer/diff-layer.ts';
import { removeFromTrash } from '#engine/trash/remove-from-trash.ts';

import type { BuildParts } from './build-parts.ts';
import { heldImage } from './held-image.ts';
import { settingsOf, type StageState } from './stage-state.ts';
import { storeStep, type BuildLayer } from './store-step.ts';
import { StepFailed } from './step-failed.ts';
import type { StepWork } from './step-work.ts';

/** What a RUN does, with everything resolved. */
export interface RunRequest {
  readonly state: Pick<StageState, 'document' | 'layers'>;
  /** The command as it is told. */
  readonly words: readonly string[];
  /** As it is run. */
  readonly args: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly workingDir: string;
  readonly network: string;
  readonly mounts: readonly MountRequest[];
  readonly extraHosts: readonly string[];
  readonly memoryBytes: number;
  readonly shmSizeBytes: number;
  /** What the layer goes through before it is stored. */
  readonly filter?: ((tar: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>) | undefined;
}

/** Marks containers that only builds need: what a killed engine leaves of them goes with the next one's start. */
export const BUILD_LABEL = 'estrato.build';

/**
 * Runs a step in a container of its own, and takes what it changed as a layer; undefined when it changed nothing.
 * @throws EngineError `invalid-argument` when it ends with anything but 0, in Docker's words.
 */
export async function runStep(parts: BuildParts, request: RunRequest, work: StepWork): Promise<BuildLayer | undefined> {
  const image = await heldImage(parts, request.state, { ...work, mark: randomBytes(8).toString('hex') });
  const id = await create(parts, request, image);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => removeForGood(parts, id));
  const exitCode = await run(parts, id, work);
  const changes = changesOf(parts, { id, filter: request.filter }, work);
  if (exitCode === 0) return await changes;
  const message = `The command '${request.words.join(' ')}' returned a non-zero code: ${exitCode}`;
  // What it had come to is for whoever looks into it; that it failed is what matters.
  throw new StepFailed(message, await changes.catch(() => undefined));
}

async function create({ containers }: BuildParts, request: RunRequest, image: Digest): Promise<string> {
  const { id } = await createContainer(containers, {
    ...stepContainer(request, image),
    name: `build-${randomBytes(6).toString('hex')}`,
    labels: { [BUILD_LABEL]: '' },
    tty: false,
    openStdin: false,
    attached: { stdin: false, stdout: true, stderr: true },
  });
  return id;
}

/** What a container of a step has, whatever is run in it. */
export function stepContainer(
  { state, args, env, workingDir, network, mounts, extraHosts, memoryBytes, shmSizeBytes }: RunRequest,
  image: Digest,
): Omit<CreateRequest, 'tty' | 'openStdin'> {
  return {
    image,
    entrypoint: [''],
    command: args,
    env,
    workingDir,
    user: settingsOf(state).User ?? '',
    network,
    mounts,
    extraHosts,
    memoryBytes,
    shmSizeBytes,
    healthCheck: { test: ['NONE'] },
  };
}

async function run({ containers }: BuildParts, id: string, { signal, output }: StepWork): Promise<number> {
  // Asked for before it begins, so that none of its output is missed.
  using forget = new DisposableStack();
  const left = new AbortController();
  forget.defer(() => left.abort());
  const next = containers.table.nextRun(id, left.signal);
  const ended = waitContainer(containers, id, 'next-exit', signal);
  ended.catch(() => undefined);
  await startContainer(containers, id);
  await next;
  const { attachment } = await attachContainer(containers, id, 'main', { replay: true, stdin: false });
  await using stream = attachment;
  const kill = (): void =>
    void containers.table
      .running(id)
      ?.signalAll(SIGKILL)
      .catch(() => undefined);
  // At once where it was cancelled while it was started.
  forget.defer(onAbort(signal, kill));
  for await (const { stream: name, bytes } of stream.output) output(name, bytes);
  signal.throwIfAborted();
  return (await ended).exitCode;
}

/** signal(7). */
const SIGKILL = 9;

function same(tar: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return tar;
}

/** What a container has changed, as a layer; undefined when that is nothing. */
export async function changesOf(
  parts: BuildParts,
  { id, filter = same }: { readonly id: string; readonly filter?: typeof same | undefined },
  work: Pick<StepWork, 'lease' | 'signal'>,
): Promise<BuildLayer | undefined> {
  const { containers, images } = parts;
  const container = containers.table.find(id);
  await using tree = await openTree(containers, container);
  const isOwnChanged = containers.snapshots.driver === 'overlay';
  const changes = await diffWithin(containers, container, tree.path, isOwnChanged);
  if (changes.length === 0) return undefined;
  return await storeStep(images, filter(diffLayer(containers.launcherPath, tree.path, changes)), work);
}

export async function removeForGood({ containers }: Pick<BuildParts, 'containers'>, id: string): Promise<void> {
  const { trash } = await removeContainer(containers, id, { force: true, withVolumes: true });
  await removeFromTrash(containers.trash, trash);
}
