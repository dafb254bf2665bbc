import { z } from 'zod';

import { digest, type Digest } from '#engine/contract/digest.ts';
import { imageOrigin, type ImageOrigin, type Platform } from '#engine/contract/image.ts';
import { canonicalName, familiarName, parseReference, type Reference } from '#engine/contract/reference.ts';
import type { Database } from '#engine/metadata/database.ts';
import { defined } from '#engine/oci/json-fields.ts';

/** One image as the database has it. */
export interface ImageRecord {
  readonly id: Digest;
  readonly manifestDigest?: Digest;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly platform: Platform;
  readonly labels: Readonly<Record<string, string>>;
  /** Bytes of its layers, uncompressed; a layer it has twice counts once. */
  readonly size: number;
  readonly origin: ImageOrigin;
  /** Removed by name, and here only because containers were made from it. */
  readonly isRemoved: boolean;
}

/** One layer of one image's stack. */
export interface LayerRow {
  readonly diffId: Digest;
  readonly chainId: Digest;
  readonly blobDigest: Digest;
  /** Bytes of the blob. */
  readonly blobSize: number;
  readonly mediaType: string;
  /** Bytes of its files. */
  readonly size: number;
  readonly entryCount: number;
}

const storedImage = z.object({
  id: digest,
  manifest_digest: digest.nullable(),
  created_at: z.int(),
  os: z.string(),
  architecture: z.string(),
  variant: z.string().nullable(),
  labels: z.string(),
  size: z.int(),
  origin_kind: imageOrigin.shape.kind,
  origin_from: z.string(),
  removed_at: z.int().nullable(),
});

const storedLayer = z.object({
  image_id: digest,
  diff_id: digest,
  chain_id: digest,
  blob_digest: digest,
  blob_size: z.int(),
  media_type: z.string(),
  size: z.int(),
  entry_count: z.int(),
});

const IMAGE_COLUMNS =
  'id, manifest_digest, created_at, os, architecture, variant, labels, size, origin_kind, origin_from, removed_at';
const LAYER_COLUMNS = 'image_id, diff_id, chain_id, blob_digest, blob_size, media_type, size, entry_count';

/** Newest first; those that only containers still hold are among them. */
export function allImages(database: Database): readonly ImageRecord[] {
  return database
    .prepare(`SELECT ${IMAGE_COLUMNS} FROM images ORDER BY created_at DESC, added_at DESC, id`)
    .all()
    .map(readImage);
}

export function findImage(database: Database, id: Digest): ImageRecord | undefined {
  const row = database.prepare(`SELECT ${IMAGE_COLUMNS} FROM images WHERE id = ?`).get(id);
  return row === undefined ? undefined : readImage(row);
}

/** Ids of the images whose digest begins with these hex digits; two are enough to know that it isn't one's only. */
export function idsWithPrefix(database: Database, hex: string): readonly Digest[] {
  return database
    .prepare("SELECT id FROM images WHERE id GLOB 'sha256:' || ? || '*' AND removed_at IS NULL LIMIT 2")
    .all(hex)
    .map((row) => storedImage.pick({ id: true }).parse(row).id);
}

export function imageTagged(database: Database, canonical: string): Digest | undefined {
  const row = database.prepare('SELECT image_id FROM tags WHERE name = ?').get(canonical);
  return row === undefined ? undefined : storedLayer.pick({ image_id: true }).parse(row).image_id;
}

/** The images that a registry called by this digest: several when it is an index's. */
export function imagesWithRepoDigest(database: Database, repository: string, wanted: Digest): readonly Digest[] {
  return database
    .prepare(
      `SELECT r.image_id FROM repo_digests r JOIN images i ON i.id = r.image_id
       WHERE r.repository = ? AND r.digest = ? AND i.removed_at IS NULL ORDER BY i.added_at`,
    )
    .all(repository, wanted)
    .map((row) => storedLayer.pick({ image_id: true }).parse(row).image_id);
}

/** What a registry calls an image in one of its repositories; undefined of one that it never saw. @param repository canonical. */
export function repoDigestOf(database: Database, id: Digest, repository: string): Digest | undefined {
  const row = database
    .prepare('SELECT digest FROM repo_digests WHERE image_id = ? AND repository = ? ORDER BY digest LIMIT 1')
    .get(id, repository);
  return row === undefined ? undefined : z.object({ digest }).parse(row).digest;
}

/** Base first. */
export function layersOf(database: Database, id: Digest): readonly LayerRow[] {
  return database
    .prepare(`SELECT ${LAYER_COLUMNS} FROM image_layers WHERE image_id = ? ORDER BY position`)
    .all(id)
    .map((row) => readLayer(row)[1]);
}

export function imagesWithLayer(database: Database, diffId: Digest): readonly Digest[] {
  return database
    .prepare('SELECT DISTINCT image_id FROM image_layers WHERE diff_id = ?')
    .all(diffId)
    .map((row) => storedLayer.pick({ image_id: true }).parse(row).image_id);
}

/** Of every image, base first. */
export function layersByImage(database: Database): ReadonlyMap<Digest, readonly LayerRow[]> {
  const rows = database
    .prepare(`SELECT ${LAYER_COLUMNS} FROM image_layers ORDER BY image_id, position`)
    .all()
    .map(readLayer);
  return groupByImage(rows);
}

/** Familiar names (`redis:4.0.6`) in alphabetical order. */
export function tagsOf(database: Database, id: Digest): readonly string[] {
  return canonicalTagsOf(database, id).map(familiar);
}

export function canonicalTagsOf(database: Database, id: Digest): readonly string[] {
  return database
    .prepare('SELECT name FROM tags WHERE image_id = ? ORDER BY name')
    .all(id)
    .map((row) => z.object({ name: z.string() }).parse(row).name);
}

/** References of the tags that a repository has here. @param repository canonical, without tag. */
export function tagsOfRepository(database: Database, repository: string): readonly Reference[] {
  return database
    .prepare("SELECT name FROM tags WHERE substr(name, 1, length(?1) + 1) = ?1 || ':' ORDER BY name")
    .all(repository)
    .map((row) => parseReference(z.object({ name: z.string() }).parse(row).name))
    .filter((reference) => `${reference.registry}/${reference.repository}` === repository);
}

/** Familiar names by image. */
export function tagsByImage(database: Database): ReadonlyMap<Digest, readonly string[]> {
  const rows = database.prepare('SELECT image_id, name FROM tags ORDER BY name').all();
  return groupByImage(
    rows.map((row): [Digest, string] => {
      const { image_id: id, name } = z.object({ image_id: digest, name: z.string() }).parse(row);
      return [id, familiar(name)];
    }),
  );
}

/** As Docker writes them, `redis@sha256:…`, by image. */
export function repoDigestsByImage(database: Database): ReadonlyMap<Digest, readonly string[]> {
  const rows = database
    .prepare('SELECT image_id, repository, digest FROM repo_digests ORDER BY repository, digest')
    .all();
  return groupByImage(
    rows.map((row): [Digest, string] => {
      const stored = z.object({ image_id: digest, repository: z.string(), digest }).parse(row);
      return [stored.image_id, familiar(`${stored.repository}@${stored.digest}`)];
    }),
  );
}

/** The name that last moved away from an image. */
export function lastTagOf(database: Database, id: Digest): LastTag | undefined {
  const row = database
    .prepare('SELECT name, at FROM tag_history WHERE from_image_id = ? ORDER BY sequence DESC LIMIT 1')
    .get(id);
  if (row === undefined) return undefined;
  const { name, at } = z.object({ name: z.string(), at: z.int() }).parse(row);
  return { name: familiar(name), at };
}

export interface LastTag {
  /** Familiar. */
  readonly name: string;
  /** Unix milliseconds of when it moved away. */
  readonly at: number;
}

/** What a tag is called in the database. A reference by digest alone has no such name. */
export function tagName({ registry, repository, tag }: Reference): string | undefined {
  return tag === undefined ? undefined : canonicalName({ registry, repository, tag });
}

function familiar(canonical: string): string {
  return familiarName(parseReference(canonical));
}

function readImage(row: unknown): ImageRecord {
  const stored = storedImage.parse(row);
  return {
    id: stored.id,
    createdAt: stored.created_at,
    platform: {
      os: stored.os,
      architecture: stored.architecture,
      ...(stored.variant === null ? {} : { variant: stored.variant }),
    },
    labels: z.record(z.string(), z.string()).parse(JSON.parse(stored.labels)),
    size: stored.size,
    origin: { kind: stored.origin_kind, from: stored.origin_from },
    isRemoved: stored.removed_at !== null,
    ...defined({ manifestDigest: stored.manifest_digest ?? undefined }),
  };
}

function readLayer(row: unknown): [Digest, LayerRow] {
  const stored = storedLayer.parse(row);
  return [
    stored.image_id,
    {
      diffId: stored.diff_id,
      chainId: stored.chain_id,
      blobDigest: stored.blob_digest,
      blobSize: stored.blob_size,
      mediaType: stored.media_type,
      size: stored.size,
      entryCount: stored.entry_count,
    },
  ];
}

function groupByImage<T>(rows: readonly (readonly [Digest, T])[]): ReadonlyMap<Digest, readonly T[]> {
  const groups = new Map<Digest, T[]>();
  for (const [id, item] of rows) {
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [item]);
    else group.push(item);
  }
  return groups;
}
