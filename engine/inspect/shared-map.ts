import type { Digest } from '#engine/contract/digest.ts';
import type { ChainSegment, SharedMap } from '#engine/contract/sharing.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { allImages, layersByImage, type LayerRow } from '#engine/image/image-records.ts';
import { named } from '#engine/image/image-sharing.ts';
import { storeWeights, type StoredObject } from '#engine/image/store-weights.ts';

/** A place in the stacks of images: all of them that go through it have the same layers below. */
interface Position {
  readonly diffId: Digest | undefined;
  readonly above: Map<Digest, Position>;
  /** Images that end here. */
  readonly ends: Digest[];
  /** Rows of the images that go through it: their blobs of the layer may differ. */
  readonly blobs: Set<Digest>;
  imageCount: number;
}

/** Which of the images that are listed share which layers, with what all of it takes on the disk. */
export function mapShared(parts: Pick<ImageParts, 'database'>): SharedMap {
  const { database } = parts;
  const stacks = layersByImage(database);
  const root = positionOf(undefined);
  const images = allImages(database).filter(({ isRemoved }) => !isRemoved);
  for (const { id } of images) addStack(root, id, stacks.get(id) ?? []);
  const drawing = new Drawing(parts);
  drawing.draw(root);
  const weights = storeWeights(database);
  const unsharedBytes = images.reduce((sum, { id }) => sum + weights.bytesOf(id).total, 0);
  return { segments: drawing.segments, totalBytes: drawing.totalBytes, unsharedBytes };
}

function positionOf(diffId: Digest | undefined): Position {
  return { diffId, above: new Map(), ends: [], blobs: new Set(), imageCount: 0 };
}

function addStack(root: Position, image: Digest, stack: readonly LayerRow[]): void {
  let at = root;
  at.imageCount += 1;
  for (const { diffId, blobDigest } of stack) {
    const next = at.above.get(diffId) ?? positionOf(diffId);
    at.above.set(diffId, next);
    next.blobs.add(blobDigest);
    next.imageCount += 1;
    at = next;
  }
  at.ends.push(image);
}

class Drawing {
  readonly segments: ChainSegment[] = [];
  readonly #parts: Pick<ImageParts, 'database'>;
  readonly #stored: ReadonlyMap<string, StoredObject>;
  /** What has been counted. */
  readonly #counted = new Set<StoredObject>();
  totalBytes = 0;

  constructor(parts: Pick<ImageParts, 'database'>) {
    this.#parts = parts;
    const { objects } = storeWeights(parts.database);
    this.#stored = new Map(objects.map((object) => [keyOf(object.kind, object.digest), object]));
  }

  /** Trunks before branches. */
  draw(root: Position): void {
    const waiting: { readonly from: Position; readonly parent: number | undefined }[] = [];
    const branch = (position: Position, parent: number | undefined): void => {
      const next = [...position.above.values()].toSorted((a, b) => this.#weigh(a) - this.#weigh(b));
      for (const from of next) waiting.push({ from, parent });
    };
    // Images without layers share nothing but their being there.
    if (root.ends.length > 0) this.#add({ parent: undefined, run: [], top: root });
    branch(root, undefined);
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      const run = runFrom(one.from);
      const top = run.at(-1) ?? one.from;
      branch(top, this.#add({ parent: one.parent, run, top }));
    }
  }

  /** @returns its place. */
  #add({ parent, run, top }: { parent: number | undefined; run: readonly Position[]; top: Position }): number {
    const layers = run.flatMap(({ diffId, blobs }) => {
      if (diffId === undefined) return [];
      const isRepeated = this.#isCounted('layer', diffId);
      return [{ diffId, bytes: this.#layerBytes(diffId, blobs), isRepeated }];
    });
    const images = top.ends.map((id) => ({ ...named(this.#parts, id), bytes: this.#documentBytes(id) }));
    this.segments.push({
      ...(parent === undefined ? {} : { parent }),
      layers,
      bytes: layers.reduce((sum, { bytes }) => sum + bytes, 0),
      imageCount: run[0]?.imageCount ?? top.ends.length,
      images,
    });
    return this.segments.length - 1;
  }

  /** Of a position and all above it, whether counted or not. */
  #weigh({ diffId, above }: Position): number {
    let bytes = diffId === undefined ? 0 : (this.#stored.get(keyOf('layer', diffId))?.bytes ?? 0);
    const waiting = [...above.values()];
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      if (one.diffId !== undefined) bytes += this.#stored.get(keyOf('layer', one.diffId))?.bytes ?? 0;
      waiting.push(...one.above.values());
    }
    return bytes;
  }

  #layerBytes(diffId: Digest, blobs: ReadonlySet<Digest>): number {
    const source = this.#stored.get(keyOf('layer', diffId))?.sourceBlob;
    const all = source === undefined ? blobs : blobs.union(new Set([source]));
    let bytes = this.#count('layer', diffId);
    for (const blob of all) bytes += this.#count('blob', blob);
    return bytes;
  }

  /** What is left of an image's own once its layers are counted: config and manifest. */
  #documentBytes(id: Digest): number {
    const documents = storeWeights(this.#parts.database)
      .objectsOf(id)
      .filter(({ kind }) => kind === 'blob');
    return documents.reduce((sum, { digest }) => sum + this.#count('blob', digest), 0);
  }

  #isCounted(kind: StoredObject['kind'], digest: Digest): boolean {
    const stored = this.#stored.get(keyOf(kind, digest));
    return stored !== undefined && this.#counted.has(stored);
  }

  #count(kind: StoredObject['kind'], digest: Digest): number {
    const stored = this.#stored.get(keyOf(kind, digest));
    if (stored === undefined || this.#counted.has(stored)) return 0;
    this.#counted.add(stored);
    this.totalBytes += stored.bytes;
    return stored.bytes;
  }
}

/** Upwards until an image ends or several ways lead on. */
function runFrom(from: Position): readonly Position[] {
  const run = [from];
  for (let at = from; at.ends.length === 0 && at.above.size === 1;) {
    const [next] = at.above.values();
    if (next === undefined) break;
    run.push(next);
    at = next;
  }
  return run;
}

function keyOf(kind: StoredObject['kind'], digest: Digest): string {
  return `${kind} ${digest}`;
}
