import { createHash, type Hash } from 'node:crypto';

import { entryPath } from '#engine/archive/entry-path.ts';
import type { SourceEntry } from '#engine/build/source-tree.ts';
import { EngineError } from '#engine/contract/errors.ts';

import type { ContextSpool } from '#engine/build/context-spool.ts';
import { permissionsOf, typeOfMode } from './file-mode.ts';
import type { GrpcCall } from './grpc-client.ts';
import { PACKET, Packet, type Stat } from './messages.ts';
import type { ReceivedEntry } from '#engine/build/received-folder.ts';

/** Entries that a context may have: each takes some memory. */
const MOST_ENTRIES = 2_000_000;
/** Files that are asked for at once, so that no time is lost between small ones. */
const WINDOW = 64;

interface Wanted {
  readonly id: number;
  readonly entry: SourceEntry;
  readonly modTime: number;
  readonly hash: Hash;
  readonly chunks: Uint8Array[];
  received: number;
}

/**
 * Receives a folder by fsutil's protocol (github.com/tonistiigi/fsutil, `receive.go`): the client tells every entry in
 * the order of a walk; of the files those are asked for by their number whose bytes aren't here yet; their bytes come
 * side by side.
 *
 * @throws EngineError `invalid-argument` for a client that breaks the protocol, or a file that changes while it is read.
 */
export async function receiveFolder(
  call: GrpcCall,
  spool: ContextSpool,
  onProgress: (bytes: number) => void,
): Promise<readonly ReceivedEntry[]> {
  const receiver = new FolderReceiver(call, spool, onProgress);
  for await (const message of call) await receiver.take(message);
  return receiver.ended();
}

class FolderReceiver {
  readonly #call: GrpcCall;
  readonly #spool: ContextSpool;
  readonly #onProgress: (bytes: number) => void;
  readonly #entries = new Map<string, ReceivedEntry>();
  readonly #links: { readonly entry: SourceEntry; readonly modTime: number; readonly target: string }[] = [];
  /** In the order of their numbers; those before `#asked` have been asked for. */
  readonly #wanted: Wanted[] = [];
  readonly #open = new Map<number, Wanted>();
  #asked = 0;
  #told = 0;
  #bytes = 0;
  #state: 'told' | 'sent' | 'complete' | 'ended' = 'told';

  constructor(call: GrpcCall, spool: ContextSpool, onProgress: (bytes: number) => void) {
    this.#call = call;
    this.#spool = spool;
    this.#onProgress = onProgress;
  }

  async take(message: Uint8Array): Promise<void> {
    const { type, stat, id = 0, data = new Uint8Array() } = Packet.decode(message);
    switch (type) {
      case PACKET.stat:
        if (stat !== undefined && stat !== null && stat.path !== '') this.#tell(stat);
        else await this.#allTold();
        return;
      case PACKET.data:
        await this.#data(id, data);
        return;
      case PACKET.end:
        this.#state = this.#state === 'complete' ? 'ended' : broken('ends before it has sent everything');
        return;
      case PACKET.error:
        throw new EngineError('invalid-argument', `The client can't send its files: ${Buffer.from(data).toString()}`);
      default:
        broken(`sends packets of an unknown kind (${type})`);
    }
  }

  ended(): readonly ReceivedEntry[] {
    if (this.#state !== 'ended') broken('ends before it has sent everything');
    for (const { entry, modTime, target } of this.#links) {
      const linked = this.#entries.get(target);
      if (linked?.entry.type !== 'file') broken(`has a hard link ${entry.path} to something that isn't there`);
      this.#entries.set(entry.path, { ...linked, entry: { ...linked.entry, path: entry.path }, modTime });
    }
    return [...this.#entries.values()];
  }

  #tell(stat: Stat): void {
    const id = this.#told;
    this.#told += 1;
    if (this.#state !== 'told') broken('tells of a file after it has told of all');
    if (id >= MOST_ENTRIES) {
      throw new EngineError(
        'too-large',
        `The build context has more than ${MOST_ENTRIES} files; leave some out by .dockerignore.`,
      );
    }
    const entry = entryOf(stat);
    const { modTime } = stat;
    this.#checkPlace(entry.path);
    if (entry.type === 'file' && stat.linkname !== '') {
      this.#links.push({ entry, modTime, target: entryPath(stat.linkname).join('/') });
      return;
    }
    const known = entry.type === 'file' ? this.#spool.known(entry, modTime) : undefined;
    // Files keep their place in the walk; their bytes follow.
    this.#entries.set(entry.path, known ?? { entry, modTime, digest: '', offset: 0 });
    if (entry.type !== 'file' || known !== undefined) return;
    this.#wanted.push({ id, entry, modTime, hash: createHash('sha256'), chunks: [], received: 0 });
  }

  #checkPlace(path: string): void {
    const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
    const isPlaced = parent === '' || this.#entries.get(parent)?.entry.type === 'directory';
    if (!isPlaced || this.#entries.has(path)) broken(`tells of ${JSON.stringify(path)} out of its order`);
  }

  async #allTold(): Promise<void> {
    if (this.#state !== 'told') broken('says twice that it has told of all files');
    this.#state = 'sent';
    await this.#ask();
  }

  async #data(id: number, data: Uint8Array): Promise<void> {
    const file = this.#open.get(id);
    if (file === undefined) return broken('sends a file that nobody asked for');
    if (data.length === 0) {
      await this.#finish(file);
      return;
    }
    file.received += data.length;
    if (file.received > file.entry.size) changed(file.entry);
    this.#bytes += data.length;
    this.#onProgress(this.#bytes);
    file.hash.update(data);
    file.chunks.push(data);
    if (isLarge(file)) await this.#spool.append(file.chunks.splice(0));
  }

  async #finish({ id, entry, modTime, hash, chunks, received }: Wanted): Promise<void> {
    if (received !== entry.size) changed(entry);
    this.#open.delete(id);
    await this.#spool.append(chunks);
    const offset = this.#spool.size - received;
    this.#entries.set(entry.path, { entry, modTime, digest: hash.digest('hex'), offset });
    await this.#ask();
  }

  /** A large file comes alone, so that its bytes are in one piece in the spool; of small ones some wait in memory. */
  async #ask(): Promise<void> {
    for (;;) {
      const next = this.#wanted[this.#asked];
      const isTurn = next !== undefined && (this.#open.size === 0 || this.#mayJoin(next));
      if (!isTurn) break;
      this.#asked += 1;
      this.#open.set(next.id, next);
      await this.#call.write(Packet.encode({ type: PACKET.request, id: next.id }));
    }
    if (this.#open.size > 0 || this.#state !== 'sent') return;
    this.#state = 'complete';
    await this.#call.write(Packet.encode({ type: PACKET.end }));
    this.#call.endWriting();
  }

  #mayJoin(next: Wanted): boolean {
    if (this.#open.size >= WINDOW || isLarge(next)) return false;
    const [first] = this.#open.values();
    return first === undefined || !isLarge(first);
  }
}

/** Bytes of a file that is small enough to wait in memory. */
const SMALL = 256 * 1024;

function isLarge({ entry }: Wanted): boolean {
  return entry.size > SMALL;
}

function entryOf({ path, mode, size, modTime, linkname }: Stat): SourceEntry {
  const type = typeOfMode(mode);
  return {
    path: entryPath(path).join('/'),
    type,
    mode: permissionsOf(mode),
    uid: 0,
    gid: 0,
    mtime: Math.floor(modTime / 1e9),
    size: type === 'file' ? size : 0,
    linkTarget: type === 'symlink' ? linkname : '',
  };
}

function changed({ path }: SourceEntry): never {
  throw new EngineError('invalid-argument', `${path} changed while the client sent it; build again.`);
}

function broken(how: string): never {
  throw new EngineError('invalid-argument', `The client ${how}; this is not how a build context is sent.`);
}
