import { createHash } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parseDigest, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { familiarName, type Reference } from '#engine/contract/reference.ts';
import { addLayer, type ImageOnTop } from '#engine/image/add-layer.ts';
import { diffLayer } from '#engine/layer/diff-layer.ts';
import type { RunningContainer } from '#engine/runtime/runtime.ts';

import { commitConfig, type CommitWords } from './commit-config.ts';
import { containerDir } from './container-dir.ts';
import { publishEvent } from './container-events.ts';
import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';
import { diffWithin } from './diff-container.ts';
import { openTree } from './open-tree.ts';

export interface CommitRequest extends CommitWords {
  /** What the image is called; nothing leaves it without a name. */
  readonly reference?: Reference | undefined;
  /** Whether its processes stand still meanwhile, so that what is kept is of one moment. */
  readonly pause: boolean;
}

/** Says that a commit holds the container still: the next engine lets it go on. */
const MARK = 'committing';

/**
 * Makes an image of a container as it stands: its image's layers, and one of what it changed itself.
 * @throws EngineError `conflict` while it is being removed, `invalid-argument` for changes that aren't understood.
 */
export async function commitContainer(
  parts: ContainerParts,
  ref: string,
  request: CommitRequest,
  signal: AbortSignal,
): Promise<{ id: Digest }> {
  const { id } = parts.table.find(ref);
  return parts.table.exclusively(id, async () => {
    const container = parts.table.find(id);
    if (container.state.status === 'removing') {
      throw new EngineError('conflict', `You cannot commit container ${id} which is being removed`);
    }
    return { id: await commit(parts, container, request, signal) };
  });
}

async function commit(
  parts: ContainerParts,
  container: Container,
  request: CommitRequest,
  signal: AbortSignal,
): Promise<Digest> {
  // Refused before anything stands still.
  const config = commitConfig(container, request);
  await using spool = await temporaryFile(parts.images.temporaryDir);
  const tar = await spoolChanges(parts, container, { path: spool.path, pause: request.pause });
  const { reference } = request;
  const image: ImageOnTop = {
    parent: container.imageId,
    tar,
    config: (parent) => config(parent, { isEmpty: tar === undefined }),
    reference,
    origin: { kind: 'commit', from: container.name },
  };
  const id = await addLayer(parts.images, image, signal);
  const imageRef = reference === undefined ? {} : { imageRef: familiarName(reference) };
  publishEvent(parts, container, 'commit', { comment: request.comment ?? '', imageID: id, ...imageRef });
  return id;
}

/** Writes what a container has changed itself as the tar of a layer. @returns undefined when it has changed nothing. */
export async function spoolChanges(
  parts: ContainerParts,
  container: Container,
  { path, pause }: { readonly path: string; readonly pause: boolean },
): Promise<ImageOnTop['tar']> {
  const running = pause && container.state.status === 'running' ? parts.table.running(container.id) : undefined;
  await using _still = running === undefined ? undefined : await holdStill(parts, container.id, running);
  await using tree = await openTree(parts, container);
  const changes = await diffWithin(parts, container, tree.path, parts.snapshots.driver === 'overlay');
  if (changes.length === 0) return undefined;
  return await writeHashed(path, diffLayer(parts.launcherPath, tree.path, changes));
}

async function holdStill(parts: ContainerParts, id: string, running: RunningContainer): Promise<AsyncDisposable> {
  const mark = join(containerDir(parts, id), MARK);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => rm(mark, { force: true }));
  await writeFile(mark, '');
  // What has ended by itself stands still for good.
  undo.defer(() => running.resume().catch(() => undefined));
  await running.pause().catch((error: unknown) => {
    // Where nothing can be held, what is kept may be of more than one moment.
    if (!(error instanceof EngineError && error.code === 'unsupported')) throw error;
  });
  return undo.move();
}

/** Lets a container go on that a commit held when its engine was killed. */
export async function releaseHeldStill(parts: ContainerParts, id: string, running: RunningContainer): Promise<void> {
  const mark = join(containerDir(parts, id), MARK);
  const found = await open(mark).catch(() => undefined);
  if (found === undefined) return;
  await found.close();
  await running.resume();
  await rm(mark, { force: true });
}

async function writeHashed(path: string, source: AsyncIterable<Uint8Array>): Promise<ImageOnTop['tar']> {
  const hash = createHash('sha256');
  let size = 0;
  await using file = await open(path, 'w', 0o600);
  for await (const bytes of source) {
    hash.update(bytes);
    size += bytes.length;
    await file.writeFile(bytes);
  }
  return { path, digest: parseDigest(`sha256:${hash.digest('hex')}`), size };
}

async function temporaryFile(above: string): Promise<AsyncDisposable & { readonly path: string }> {
  const dir = await mkdtemp(join(above, 'commit-'));
  return {
    path: join(dir, 'layer.tar'),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}
