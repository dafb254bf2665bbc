import type { FilePreview, RangeSummary, TreePage } from '#engine/contract/layer.ts';
import { HeldDirectory } from '#engine/archive/held-directory.ts';
import { resolveBeneath } from '#engine/archive/resolve-beneath.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import { resolveImage } from '#engine/image/resolve-image.ts';
import { previewOf, PREVIEW_BYTES } from '#engine/layer/preview-bytes.ts';
import { type FileBeginning, previewFile } from '#engine/layer/read-layer-file.ts';
import { rangeOf } from '#engine/layer/recent-stacks.ts';

import { ChangeTree, type DirectoryPage } from './change-tree.ts';
import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';
import { diffOf } from './diff-container.ts';
import { openTree } from './open-tree.ts';

/** Trees that are kept while somebody looks at them. */
const KEPT_TREES = 8;

/** What containers have changed in their own layer, looked for once and then told in pages. */
export class ContainerChanges {
  readonly #parts: ContainerParts;
  readonly #trees = new Map<string, Promise<ChangeTree>>();

  constructor(parts: ContainerParts) {
    this.#parts = parts;
  }

  /** Looks anew. */
  async scan(ref: string): Promise<RangeSummary> {
    const { id } = this.#parts.table.find(ref);
    this.#trees.delete(id);
    return (await this.#tree(id)).summary;
  }

  /** As of the last look. @throws EngineError `not-found` for a directory in which nothing has changed. */
  async page(ref: string, directory: DirectoryPage): Promise<TreePage> {
    const { id } = this.#parts.table.find(ref);
    return (await this.#tree(id)).page(directory);
  }

  #tree(id: string): Promise<ChangeTree> {
    const tree = this.#trees.get(id) ?? readTree(this.#parts, this.#parts.table.find(id));
    this.#trees.delete(id);
    this.#trees.set(id, tree);
    tree.catch(() => {
      if (this.#trees.get(id) === tree) this.#trees.delete(id);
    });
    for (const oldest of this.#trees.keys()) if (this.#trees.size > KEPT_TREES) this.#trees.delete(oldest);
    return tree;
  }
}

async function readTree(parts: ContainerParts, container: Container): Promise<ChangeTree> {
  const [changes, image] = await Promise.all([diffOf(parts, container), resolveImage(parts.images, container.imageId)]);
  const { diffIds } = image;
  const indexes = await Promise.all(diffIds.map((diffId) => parts.layers.index(diffId)));
  const bytesBefore = (path: string): number => {
    if (diffIds.length === 0) return 0;
    const range = rangeOf(indexes, 0, diffIds.length - 1);
    const node = range.tree.find(path);
    return node === undefined ? 0 : range.bytes(node);
  };
  return new ChangeTree(changes, { layers: diffIds.length, bytesBefore });
}

/** A file as the container has it, and as its image had it; one of the two where it came or went. */
export interface ChangedFile {
  readonly now?: FilePreview;
  readonly before?: FilePreview;
}

/** @throws EngineError `not-found` when neither has it. */
export async function previewChange(parts: ContainerParts, ref: string, path: string): Promise<ChangedFile> {
  const container = parts.table.find(ref);
  const { diffIds } = await resolveImage(parts.images, container.imageId);
  const before = await orAbsent(() => previewFile(parts.layers, diffIds, diffIds.length - 1, path));
  const now = await orAbsent(() => previewNow(parts, container, { path, layer: diffIds.length }));
  if (before === undefined && now === undefined) {
    throw new EngineError('not-found', `There is no file ${path} in the container ${container.name} or its image.`);
  }
  return { ...(now === undefined ? {} : { now }), ...(before === undefined ? {} : { before }) };
}

/** What isn't a file, or isn't there, is no preview. */
async function orAbsent(read: () => Promise<FilePreview | undefined>): Promise<FilePreview | undefined> {
  try {
    return await read();
  } catch (error) {
    if (['not-found', 'invalid-argument'].includes(toEngineError(error).code)) return undefined;
    throw error;
  }
}

async function previewNow(
  parts: ContainerParts,
  container: Container,
  { path, layer }: { readonly path: string; readonly layer: number },
): Promise<FilePreview | undefined> {
  const found = await readNow(parts, container, path, PREVIEW_BYTES);
  if (found === undefined) return undefined;
  if ('target' in found) return { kind: 'symlink', text: found.target, size: 0, isTruncated: false, layer };
  return previewOf(found.bytes, found.size, layer);
}

/** The first bytes of a file as the container has it; undefined for none, and for what isn't a file. */
export async function readChangedFile(
  parts: ContainerParts,
  ref: string,
  path: string,
  limit: number,
): Promise<FileBeginning | undefined> {
  const found = await readNow(parts, parts.table.find(ref), path, limit);
  return found === undefined || 'target' in found ? undefined : found;
}

async function readNow(
  parts: ContainerParts,
  container: Container,
  path: string,
  limit: number,
): Promise<FileBeginning | { readonly target: string } | undefined> {
  await using tree = await openTree(parts, container);
  await using root = await HeldDirectory.open(tree.path);
  await using place = await resolveBeneath(root, path, { followLast: false });
  const stats = place.name === undefined ? undefined : await place.directory.stat(place.name);
  if (place.name === undefined || stats === undefined) return undefined;
  if (stats.isSymbolicLink()) return { target: await place.directory.readlink(place.name) };
  if (!stats.isFile()) return undefined;
  await using file = await place.directory.openFile(place.name);
  const size = Number(stats.size);
  const buffer = Buffer.alloc(Math.min(limit, size));
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
  return { bytes: buffer.subarray(0, bytesRead), size };
}
