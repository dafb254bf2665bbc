import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { FileBlobStore } from '#engine/content/file-blob-store.ts';
import type { Digest } from '#engine/contract/digest.ts';
import type { PullProgress } from '#engine/contract/image.ts';
import { parseReference } from '#engine/contract/reference.ts';
import { MemoryEventBus } from '#engine/events/memory-event-bus.ts';
import type { ImageParts, ImageUsage } from '#engine/image/image-parts.ts';
import { loadImage, type LoadProgress } from '#engine/image/load-image.ts';
import { pullImage, type PullOptions } from '#engine/image/pull-image.ts';
import { storeLedger } from '#engine/image/store-ledger.ts';
import { trashedImages, trashedTags } from '#engine/image/trashed-images.ts';
import { pushImage, type PushOptions } from '#engine/image/push-image.ts';
import { FileLayerStore } from '#engine/layer/file-layer-store.ts';
import { openDatabase } from '#engine/metadata/database.ts';
import { openDataRoot } from '#engine/metadata/data-root.ts';
import { HttpRegistryClient } from '#engine/registry/http-registry-client.ts';
import { testTrash } from '#engine/trash/testing/trash-parts.ts';

type Container = ReturnType<ImageUsage['containers']>[number];

const launcherPath = fileURLToPath(new URL('../../launcher/build/estrato-launcher', import.meta.url));

/** A data root with what images are kept in, swept as an engine does when it starts. */
export class ImageStore implements AsyncDisposable {
  readonly path: string;
  readonly parts: ImageParts;
  /** As if containers had been made. */
  readonly containers: Container[] = [];
  /** As if containers made from them were in the trash. */
  readonly kept = new Set<Digest>();
  readonly events = new MemoryEventBus();
  readonly #owned: AsyncDisposableStack;

  private constructor(
    path: string,
    parts: Omit<ImageParts, 'events' | 'usage' | 'trash'>,
    stack: AsyncDisposableStack,
  ) {
    this.path = path;
    const trash = testTrash(path, parts.database, this.events);
    this.parts = {
      ...parts,
      events: this.events,
      trash,
      usage: {
        containers: () => this.containers,
        isKept: (id) => this.kept.has(id) || trash.table.needsImage(id),
      },
    };
    trash.kinds.set('image', trashedImages(this.parts)).set('tag', trashedTags(this.parts));
    stack.use(storeLedger(this.parts));
    this.#owned = stack;
  }

  static async open(path: string): Promise<ImageStore> {
    await using undo = new AsyncDisposableStack();
    const root = undo.use(await openDataRoot(path));
    const database = undo.adopt(openDatabase(root.databasePath), (open) => open.close());
    const blobs = new FileBlobStore(root.blobsDir);
    await blobs.sweep();
    const layers = new FileLayerStore({ dir: root.layersDir, blobs, launcherPath });
    await layers.sweep();
    // Nobody waits in a test, and nobody's own credentials are used.
    const retry = { attempts: 3, firstPauseMs: 1 };
    const registry = new HttpRegistryClient({
      configPath: '/nonexistent/config.json',
      knownPath: join(path, 'registries.json'),
      retry,
    });
    const { temporaryDir } = root;
    return new ImageStore(path, { database, blobs, layers, registry, temporaryDir }, undo.move());
  }

  /** To its end. @returns all that was told, the last of it last. */
  async pull(name: string, options: PullOptions = {}, signal?: AbortSignal): Promise<readonly PullProgress[]> {
    const never = new AbortController().signal;
    return this.#collect(pullImage(this.parts, parseReference(name), options, signal ?? never));
  }

  /** To its end. @returns all that was told, the last of it last. */
  async push(name: string, options: PushOptions = {}, signal?: AbortSignal): Promise<readonly PullProgress[]> {
    const never = new AbortController().signal;
    return this.#collect(pushImage(this.parts, parseReference(name), options, signal ?? never));
  }

  async load(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<readonly LoadProgress[]> {
    return this.#collect(loadImage(this.parts, source, signal ?? new AbortController().signal));
  }

  /** What is on disk: whole blobs and layers, and names of whatever is half done. */
  async contents(): Promise<{
    readonly blobs: readonly Digest[];
    readonly layers: readonly Digest[];
    readonly halfDone: readonly string[];
  }> {
    const blobs: Digest[] = [];
    for await (const { digest } of this.parts.blobs.list()) blobs.push(digest);
    const layers = await this.parts.layers.list();
    const [partial, unpacking, temporary] = await Promise.all([
      namesIn(join(this.path, 'blobs/partial')),
      namesIn(join(this.path, 'layers')),
      namesIn(join(this.path, 'tmp')),
    ]);
    const halfDone = [...partial, ...unpacking.filter((name) => !/^[0-9a-f]{64}$/.test(name)), ...temporary];
    return { blobs: blobs.toSorted(), layers: layers.toSorted(), halfDone };
  }

  /** And what came of it is known by its bytes. */
  async #collect<T>(source: AsyncIterable<T>): Promise<readonly T[]> {
    const all: T[] = [];
    for await (const one of source) all.push(one);
    await storeLedger(this.parts).settled();
    return all;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

async function namesIn(path: string): Promise<readonly string[]> {
  return readdir(path).catch(() => []);
}
