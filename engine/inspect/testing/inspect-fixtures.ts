import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { encodeEntryIndex, type IndexEntry } from '#engine/layer/encode-entry-index.ts';
import { digestOf } from '#engine/layer/testing/layer-fixtures.ts';

/** An index as a file, by the tree that it is of. @returns its path. */
export async function writeIndex(folder: string, name: string, root: IndexEntry): Promise<string> {
  const diffId = digestOf(Buffer.from(name));
  const record = { diffId, mediaType: 'tar', blobDigest: diffId, compressedSize: 0, size: 0, entryCount: 1 };
  const path = join(folder, name);
  await writeFile(path, encodeEntryIndex(record, root));
  return path;
}

/** Indexes as files of a directory of their own. */
export class IndexFiles implements AsyncDisposable {
  readonly path: string;
  #count = 0;

  private constructor(path: string) {
    this.path = path;
  }

  static async open(): Promise<IndexFiles> {
    return new IndexFiles(await mkdtemp(join(tmpdir(), 'estrato-indexes-')));
  }

  /** A layer for each tree, base first. @returns their paths. */
  stack(...roots: readonly IndexEntry[]): Promise<string[]> {
    return Promise.all(roots.map((root) => writeIndex(this.path, `layer-${(this.#count += 1)}`, root)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

const plain = { mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 1_700_000_000 } as const;

export const treeDir = (name: string, ...children: readonly IndexEntry[]): IndexEntry => ({
  ...plain,
  mode: 0o755,
  name,
  type: 'directory',
  children,
});
export const treeFile = (name: string, body = name): IndexEntry => ({
  ...plain,
  name,
  type: 'file',
  size: body.length,
  contentDigest: Buffer.from(digestOf(Buffer.from(body)).slice('sha256:'.length), 'hex').toString('latin1'),
});
export const whiteout = (name: string): IndexEntry => ({ ...plain, name, type: 'whiteout' });
