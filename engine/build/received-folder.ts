import { fileChunks } from '#engine/layer/file-chunks.ts';

import type { SourceEntry, SourceTree } from './source-tree.ts';
import { byBytes } from './tar-source.ts';

/** One thing of a folder that a client has sent. */
export interface ReceivedEntry {
  readonly entry: SourceEntry;
  /** As the client has it, finer than `entry.mtime`; unix nanoseconds. */
  readonly modTime: number;
  /** Of a file: sha256 of its bytes in hex, and where they begin in the spool. */
  readonly digest: string;
  readonly offset: number;
}

/** A client's folder as a build context: entries in memory, the bytes of all files one after another in a spool. */
export class ReceivedFolder implements SourceTree {
  readonly name = 'the build context';
  readonly #spool: string;
  readonly #entries = new Map<string, ReceivedEntry>();
  readonly #names = new Map<string, string[]>();

  /** @param received with every directory before what is in it. */
  constructor(spool: string, received: Iterable<ReceivedEntry>) {
    this.#spool = spool;
    this.#entries.set('', rootEntry);
    for (const each of received) this.#put(each);
  }

  entry(path: string): Promise<SourceEntry | undefined> {
    return Promise.resolve(this.#entries.get(path)?.entry);
  }

  names(directory: string): Promise<readonly string[]> {
    return Promise.resolve((this.#names.get(directory) ?? []).toSorted(byBytes));
  }

  digest({ path }: SourceEntry): Promise<string> {
    return Promise.resolve(this.#entries.get(path)?.digest ?? '');
  }

  async *open({ path, size }: SourceEntry): AsyncGenerator<Uint8Array> {
    const found = this.#entries.get(path);
    if (found !== undefined) yield* fileChunks({ path: this.#spool, offset: found.offset, size });
  }

  #put(received: ReceivedEntry): void {
    const { path } = received.entry;
    const slash = path.lastIndexOf('/');
    const parent = path.slice(0, Math.max(0, slash));
    const names = this.#names.get(parent) ?? [];
    names.push(path.slice(slash + 1));
    this.#names.set(parent, names);
    this.#entries.set(path, received);
  }
}

const rootEntry: ReceivedEntry = {
  entry: { path: '', type: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: 0, size: 0, linkTarget: '' },
  modTime: 0,
  digest: '',
  offset: 0,
};
