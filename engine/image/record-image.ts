import { createHash } from 'node:crypto';

import { parseDigest, type Digest } from '#engine/contract/digest.ts';
import type { ImageOrigin } from '#engine/contract/image.ts';
import { canonicalRepository, type Reference } from '#engine/contract/reference.ts';
import type { TagCause } from '#engine/contract/tag-history.ts';
import type { LayerRecord } from '#engine/layer/layer-store.ts';
import { transaction, type Database } from '#engine/metadata/database.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import type { ImageConfig } from '#engine/oci/image-config.ts';
import { normalisePlatform } from '#engine/oci/platform.ts';

import { imageTagged, tagName } from './image-records.ts';

/** An image whose blobs and layers are all here, and which only lacks its name. */
export interface StoredImage {
  readonly id: Digest;
  readonly config: ImageConfig;
  readonly manifestDigest?: Digest;
  /** Base first, one for each diff id of the config. */
  readonly layers: readonly StoredLayer[];
}

export interface StoredLayer {
  readonly record: LayerRecord;
  /** As this image's manifest has it. */
  readonly blob: Descriptor;
}

/** What an image is called from now on, and where it came from. */
export interface Naming {
  readonly origin: ImageOrigin;
  /** Those with a tag move it here, those with a digest say what the registry calls it. */
  readonly references: readonly Reference[];
  /** Why its tags move there, where that is another thing than where the image came from: `push`. */
  readonly cause?: TagCause;
}

/**
 * Makes images known and moves their tags: all of it is durable when this returns, or none of it.
 * @param also what is to be recorded with them, once the tags have moved.
 */
export function recordImages(
  database: Database,
  images: readonly (readonly [StoredImage, Naming])[],
  also: () => void = () => undefined,
): void {
  transaction(database, () => {
    for (const [image, naming] of images) {
      insertImage(database, image, naming.origin);
      nameImage(database, image.id, naming);
    }
    also();
  });
}

/** An image that is here only for containers that are about to be made from it: nobody sees it, and it goes with them. */
export function recordHeld(database: Database, image: StoredImage): void {
  transaction(database, () => {
    insertImage(database, image, { kind: 'build', from: 'a step' });
    database.prepare('UPDATE images SET removed_at = ? WHERE id = ?').run(Date.now(), image.id);
  });
}

/** Only within a transaction. */
export function nameImage(database: Database, id: Digest, { origin, references, cause = origin.kind }: Naming): void {
  for (const reference of references) {
    moveTag(database, reference, { to: id, cause });
    if (reference.digest === undefined) continue;
    database
      .prepare('INSERT OR IGNORE INTO repo_digests (repository, digest, image_id) VALUES (?, ?, ?)')
      .run(canonicalRepository(reference), reference.digest, id);
    database
      .prepare('INSERT OR IGNORE INTO seen_manifests (repository, digest) VALUES (?, ?)')
      .run(canonicalRepository(reference), reference.digest);
  }
}

/**
 * Moves a tag and writes that down; only within a transaction.
 * @returns whether it moved: a tag that is there already leaves no trace.
 */
export function moveTag(
  database: Database,
  reference: Reference,
  { to, cause }: { readonly to: Digest; readonly cause: TagCause },
): boolean {
  const name = tagName(reference);
  const from = name === undefined ? undefined : imageTagged(database, name);
  if (name === undefined || from === to) return false;
  database
    .prepare(
      `INSERT INTO tags (name, image_id, updated_at) VALUES (?1, ?2, ?3)
       ON CONFLICT (name) DO UPDATE SET image_id = ?2, updated_at = ?3`,
    )
    .run(name, to, Date.now());
  writeHistory(database, { name, from, to, cause });
  return true;
}

/** An image that was removed and is still here for something else is one like any other again; only within a transaction. */
export function bringBack(database: Database, id: Digest): void {
  database.prepare('UPDATE images SET removed_at = NULL WHERE id = ?').run(id);
}

/** Takes a tag away; only within a transaction. @param name canonical. */
export function dropTag(database: Database, name: string, cause: TagCause): void {
  const from = imageTagged(database, name);
  if (from === undefined) return;
  database.prepare('DELETE FROM tags WHERE name = ?').run(name);
  writeHistory(database, { name, from, to: undefined, cause });
}

interface TagMove {
  readonly name: string;
  readonly from: Digest | undefined;
  readonly to: Digest | undefined;
  readonly cause: TagCause;
}

function writeHistory(database: Database, { name, from, to, cause }: TagMove): void {
  database
    .prepare('INSERT INTO tag_history (name, from_image_id, to_image_id, cause, at) VALUES (?, ?, ?, ?, ?)')
    .run(name, from ?? null, to ?? null, cause, Date.now());
}

function insertImage(database: Database, image: StoredImage, origin: ImageOrigin): void {
  const { id, config, manifestDigest, layers } = image;
  const { os, architecture, variant } = normalisePlatform(config);
  database
    .prepare(
      `INSERT INTO images (id, manifest_digest, created_at, added_at, os, architecture, variant, labels, size,
         origin_kind, origin_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET removed_at = NULL, manifest_digest = coalesce(manifest_digest, excluded.manifest_digest)`,
    )
    .run(
      id,
      manifestDigest ?? null,
      unixSeconds(config.created),
      Date.now(),
      os,
      architecture,
      variant ?? null,
      JSON.stringify(config.config.labels),
      sizeOf(layers),
      origin.kind,
      origin.from,
    );
  insertLayers(database, image);
}

/** An image that was here before keeps the blobs it had: they are kept too, and those that came now may not be. */
function insertLayers(database: Database, { id, layers }: StoredImage): void {
  const insert = database.prepare(
    `INSERT OR IGNORE INTO image_layers (image_id, position, diff_id, chain_id, blob_digest, blob_size, media_type, size,
       entry_count) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const chain = chainIds(layers.map(({ record }) => record.diffId));
  for (const [position, { record, blob }] of layers.entries()) {
    const { diffId, size, entryCount } = record;
    const chainId = chain[position] ?? diffId;
    insert.run(id, position, diffId, chainId, blob.digest, blob.size, blob.mediaType, size, entryCount);
  }
}

function sizeOf(layers: readonly StoredLayer[]): number {
  const sizes = new Map(layers.map(({ record }) => [record.diffId, record.size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** Base first (OCI image specification, config.md, "Layer ChainID"). */
export function chainIds(diffIds: readonly Digest[]): readonly Digest[] {
  const chain: Digest[] = [];
  for (const diffId of diffIds) {
    const below = chain.at(-1);
    chain.push(below === undefined ? diffId : sha256Of(`${below} ${diffId}`));
  }
  return chain;
}

function sha256Of(text: string): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(text).digest('hex')}`);
}

/** A config without a date, or with one nobody can read, is from the beginning of time, as Docker has it. */
function unixSeconds(created: string | undefined): number {
  const ms = Date.parse(created ?? '');
  return Number.isFinite(ms) ? Math.floor(ms / 1000) : 0;
}
