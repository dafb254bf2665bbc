import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { ContainerParts } from '#engine/container/container-parts.ts';
import type { ComparedSide } from '#engine/contract/comparison.ts';
import { digestHex, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { usableLayer } from '#engine/image/usable-layer.ts';
import type { LayerStore } from '#engine/layer/layer-store.ts';
import type { ImageConfig } from '#engine/oci/image-config.ts';

import type { InspectThread } from './inspect-thread.ts';

/** What sides are opened with. */
export interface SideParts {
  readonly containers: ContainerParts;
  readonly thread: InspectThread;
  /** A directory of the comparison's own, gone with it. */
  readonly dir: string;
  readonly signal: AbortSignal;
}

/** A layer to be looked into: one of the store's, or a tar that lies somewhere else. */
export interface SideLayer {
  readonly indexPath: string;
  readonly from:
    | { readonly kind: 'store'; readonly diffId: Digest }
    /** Compressed or not. */
    | { readonly kind: 'tar'; readonly path: string };
}

/** One of two things that are compared, as far as it is here. */
export interface OpenSide {
  readonly kind: ComparedSide['kind'];
  readonly name: string;
  readonly id?: Digest | undefined;
  readonly config?: ImageConfig | undefined;
  readonly diffIds: readonly Digest[];
  /** Base first; undefined where not all of them are here. */
  readonly layers?: readonly SideLayer[] | undefined;
  readonly missing?: ComparedSide['missing'];
}

export function storeLayer(layers: LayerStore, diffId: Digest): SideLayer {
  return { indexPath: layers.indexPath(diffId), from: { kind: 'store', diffId } };
}

/** @throws EngineError `corrupt` when it is no layer, or not the one that it is said to be. */
export async function tarLayer(
  { thread, dir, signal }: Pick<SideParts, 'thread' | 'dir' | 'signal'>,
  tar: { readonly path: string; readonly name: string; readonly diffId?: Digest },
): Promise<SideLayer> {
  const indexPath = join(dir, `${tar.name}.index`);
  const found = await thread.ask('index', { tar: tar.path, into: indexPath }, signal);
  if (tar.diffId !== undefined && tar.diffId !== found) {
    const sentence = `The layer ${tar.diffId} holds other bytes, those of ${found}: it can't be compared.`;
    throw new EngineError('corrupt', sentence);
  }
  return { indexPath, from: { kind: 'tar', path: tar.path } };
}

/** A layer that somebody else has, as it is here, or as it was fetched. */
export interface ForeignLayer {
  readonly diffId: Digest;
  /** Bytes to be fetched. */
  readonly size: number;
  /** Where its blob lies, or how to get it; undefined when it isn't to be fetched. */
  readonly source: { readonly path: string } | { readonly open: () => AsyncIterable<Uint8Array> } | undefined;
}

/** Layers of the store where it has them, the others by their own bytes. */
export async function foreignLayers(
  parts: SideParts,
  wanted: readonly ForeignLayer[],
): Promise<Pick<OpenSide, 'layers' | 'missing'>> {
  const { layers } = parts.containers;
  const found: SideLayer[] = [];
  const missing = { layers: 0, bytes: 0 };
  for (const { diffId, size, source } of wanted) {
    if ((await usableLayer(layers, diffId)) !== undefined) found.push(storeLayer(layers, diffId));
    else if (source === undefined) {
      missing.layers += 1;
      missing.bytes += size;
    } else {
      const path = 'path' in source ? source.path : await fetched(parts, diffId, source.open);
      found.push(await tarLayer(parts, { path, name: digestHex(diffId), diffId }));
    }
  }
  return missing.layers === 0 ? { layers: found } : { missing };
}

async function fetched(
  { dir, signal }: SideParts,
  diffId: Digest,
  open: () => AsyncIterable<Uint8Array>,
): Promise<string> {
  const path = join(dir, `${digestHex(diffId)}.blob`);
  await pipeline(Readable.from(open()), createWriteStream(path), { signal });
  return path;
}

/** Of what has no layer at all: a directory with nothing in it. */
export async function emptyLayer({
  dir,
  thread,
  signal,
}: Pick<SideParts, 'thread' | 'dir' | 'signal'>): Promise<SideLayer> {
  const path = join(dir, 'empty.tar');
  await writeFile(path, Buffer.alloc(1024));
  return tarLayer({ dir, thread, signal }, { path, name: 'empty' });
}
