import { z } from 'zod';

import { digest, type Digest } from '#engine/contract/digest.ts';
import { canonicalRepository, type Reference } from '#engine/contract/reference.ts';
import { transaction, type Database } from '#engine/metadata/database.ts';

import { imageTagged, tagName } from './image-records.ts';

/** A manifest of this store that is no image: an index, or what is about an image. */
export interface KeptDocument {
  readonly reference: Reference;
  readonly digest: Digest;
  readonly subject?: Digest | undefined;
  /** What it names. */
  readonly parts: readonly Digest[];
}

/** Durable when it returns; its tag means it from now on. */
export function keepDocument(database: Database, document: KeptDocument): void {
  transaction(database, () => recordDocument(database, document));
}

/** The same, only within a transaction: with whatever else is to be true together with it. */
export function recordDocument(database: Database, { reference, digest: kept, subject, parts }: KeptDocument): void {
  database
    .prepare('INSERT OR IGNORE INTO documents (repository, digest, subject) VALUES (?, ?, ?)')
    .run(canonicalRepository(reference), kept, subject ?? null);
  const insert = database.prepare('INSERT OR IGNORE INTO document_parts (document, digest) VALUES (?, ?)');
  for (const part of parts) insert.run(kept, part);
  const name = tagName(reference);
  if (name === undefined) return;
  database
    .prepare('INSERT OR REPLACE INTO document_tags (name, digest, image_id) VALUES (?, ?, ?)')
    .run(name, kept, imageTagged(database, name) ?? null);
}

/** Gives a document, and what it lists, another name; only within a transaction. */
export function copyDocument(
  database: Database,
  { from, digest: copied }: { readonly from: Reference; readonly digest: Digest },
  to: Reference,
): void {
  database
    .prepare(
      `INSERT OR IGNORE INTO documents (repository, digest, subject)
       SELECT ?1, digest, subject FROM documents
       WHERE repository = ?2 AND (digest = ?3 OR digest IN (SELECT digest FROM document_parts WHERE document = ?3))`,
    )
    .run(canonicalRepository(to), canonicalRepository(from), copied);
  recordDocument(database, { reference: to, digest: copied, parts: [] });
}

/** Whether a repository has a document. */
export function isKept(database: Database, reference: Reference, wanted: Digest): boolean {
  const found = database.prepare('SELECT 1 FROM documents WHERE repository = ? AND digest = ?');
  return found.get(canonicalRepository(reference), wanted) !== undefined;
}

/** What a tag means besides an image: an index that its image is of, or something that is none. */
export function documentTagged(database: Database, reference: Reference): Digest | undefined {
  const name = tagName(reference);
  if (name === undefined) return undefined;
  const row = tagRow.safeParse(
    database.prepare('SELECT digest, image_id AS imageId FROM document_tags WHERE name = ?').get(name),
  ).data;
  if (row === undefined || row.imageId !== (imageTagged(database, name) ?? null)) return undefined;
  return row.digest;
}

const tagRow = z.object({ digest, imageId: z.string().nullable() });
const nameRow = z.object({ name: z.string() });
const digestRow = z.object({ digest });

/** All of them, and all that they name. */
export function documentBlobs(database: Database): ReadonlySet<Digest> {
  const rows = database.prepare('SELECT digest FROM documents UNION SELECT digest FROM document_parts').all();
  return new Set(rows.map((row) => digestRow.parse(row).digest));
}

/** Canonical names of all tags that mean a document, also of those that mean it no more. */
export function documentTags(database: Database): readonly string[] {
  return database
    .prepare('SELECT name FROM document_tags ORDER BY name')
    .all()
    .map((row) => nameRow.parse(row).name);
}

/** The documents of a repository that are about a manifest. */
export function documentsAbout(database: Database, reference: Reference, subject: Digest): readonly Digest[] {
  return database
    .prepare('SELECT digest FROM documents WHERE repository = ? AND subject = ? ORDER BY digest')
    .all(canonicalRepository(reference), subject)
    .map((row) => digestRow.parse(row).digest);
}

export function hasDocuments(database: Database, reference: Reference): boolean {
  const found = database.prepare('SELECT 1 FROM documents WHERE repository = ? LIMIT 1');
  return found.get(canonicalRepository(reference)) !== undefined;
}

/** The tag means at most an image from now on. @returns whether it meant a document. */
export function forgetDocumentTag(database: Database, reference: Reference): boolean {
  const name = tagName(reference);
  if (name === undefined) return false;
  return database.prepare('DELETE FROM document_tags WHERE name = ?').run(name).changes > 0;
}

/** @returns what may have become of use to nobody: the document, what it names, and listed documents that nothing else has. */
export function forgetDocument(database: Database, reference: Reference, gone: Digest): readonly Digest[] {
  return transaction(database, () => {
    database
      .prepare('DELETE FROM documents WHERE repository = ? AND digest = ?')
      .run(canonicalRepository(reference), gone);
    database
      .prepare(`DELETE FROM document_tags WHERE digest = ? AND ${IN_REPOSITORY}`)
      .run(gone, canonicalRepository(reference));
    return forgetUnreachable(database, [gone]);
  });
}

const IN_REPOSITORY = `substr(name, 1, length(?2) + 1) = ?2 || ':'`;

/** Documents that no tag means, no index of their repository lists, and that are about nothing that is here. */
const UNREACHABLE = `
  SELECT repository, digest FROM documents d
  WHERE NOT EXISTS (SELECT 1 FROM document_tags t
                    WHERE t.digest = d.digest AND substr(t.name, 1, length(d.repository) + 1) = d.repository || ':')
    AND NOT EXISTS (SELECT 1 FROM document_parts p JOIN documents i ON i.digest = p.document
                    WHERE p.digest = d.digest AND i.repository = d.repository)
    AND NOT EXISTS (SELECT 1 FROM documents s WHERE s.digest = d.subject)
    AND NOT EXISTS (SELECT 1 FROM images m WHERE m.manifest_digest = d.subject)`;

/** What else goes with some documents, as long as nothing else has it. Only within a transaction. */
function forgetUnreachable(database: Database, gone: readonly Digest[]): readonly Digest[] {
  const isKeptElsewhere = database.prepare('SELECT 1 FROM documents WHERE digest = ?');
  const partsOf = database.prepare('SELECT digest FROM document_parts WHERE document = ?');
  const all = new Set<Digest>();
  // A set goes through what is added while it is gone through: first the documents, then what they had.
  const open = new Set(gone);
  for (const document of open) {
    all.add(document);
    if (isKeptElsewhere.get(document) !== undefined) continue;
    const parts = partsOf.all(document).map((row) => digestRow.parse(row).digest);
    database.prepare('DELETE FROM document_parts WHERE document = ?').run(document);
    for (const part of parts) {
      all.add(part);
      const orphaned = database.prepare(
        `DELETE FROM documents WHERE digest = ?1 AND (repository, digest) IN (${UNREACHABLE})`,
      );
      if (orphaned.run(part).changes > 0) open.add(part);
    }
  }
  return [...all];
}

/**
 * Lets go of what nothing leads to any more: documents of tags that have moved or gone, and those that were sent for an index that
 * never came. Only while nobody sends any.
 */
export function sweepDocuments(database: Database): void {
  transaction(database, () => {
    database.exec(
      'DELETE FROM document_tags WHERE image_id IS NOT (SELECT image_id FROM tags WHERE tags.name = document_tags.name)',
    );
    const sweep = database.prepare(`DELETE FROM documents WHERE (repository, digest) IN (${UNREACHABLE})`);
    while (sweep.run().changes > 0);
    database.exec('DELETE FROM document_parts WHERE document NOT IN (SELECT digest FROM documents)');
  });
}
