import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';

import { framed, messagesIn } from '#engine/server/docker/buildkit/grpc-frames.ts';
import { BytesMessage, PACKET, Packet, type Stat } from '#engine/server/docker/buildkit/messages.ts';

/** A file that came: its bytes, or where a link leads; of a directory neither. */
export interface ReceivedFile {
  readonly mode: number;
  readonly linkname: string;
  readonly bytes: Buffer;
}

/**
 * What a client's exporters receive (github.com/moby/buildkit, `session/filesync`, and github.com/tonistiigi/fsutil, `receive.go`), by their
 * places: files by their paths, or one of an empty path.
 */
export class FileReceiver {
  readonly received = new Map<number, ReadonlyMap<string, ReceivedFile>>();
  readonly #folders: ReadonlySet<number>;

  /** @param folders places of exporters that receive folders. */
  constructor(folders: readonly number[]) {
    this.#folders = new Set(folders);
  }

  /** Answers one `FileSend/DiffCopy`. */
  async take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const exporter = Number(headers['buildkit-attachable-exporter-id']);
    const files = this.#folders.has(exporter) ? await folderIn(stream) : await fileIn(stream);
    this.received.set(exporter, files);
    stream.end();
  }
}

async function fileIn(stream: ServerHttp2Stream): Promise<ReadonlyMap<string, ReceivedFile>> {
  const chunks: Uint8Array[] = [];
  for await (const message of messagesIn(stream)) chunks.push(BytesMessage.decode(message).data);
  return new Map([['', { mode: 0, linkname: '', bytes: Buffer.concat(chunks) }]]);
}

/** Go's os.FileMode of what has no bytes: directories, links. */
const NO_FILE = 0x8800_0000;

async function folderIn(stream: ServerHttp2Stream): Promise<ReadonlyMap<string, ReceivedFile>> {
  const folder = new IncomingFolder(stream);
  for await (const message of messagesIn(stream.iterator({ destroyOnReturn: false }))) if (folder.take(message)) break;
  return folder.files;
}

class IncomingFolder {
  readonly #stream: ServerHttp2Stream;
  readonly #told: Stat[] = [];
  readonly #chunks = new Map<number, Uint8Array[]>();
  /** Files that were asked for and aren't whole yet. */
  #open = 0;
  #isTold = false;

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream;
  }

  get files(): ReadonlyMap<string, ReceivedFile> {
    const bytes = (id: number): Buffer => Buffer.concat(this.#chunks.get(id) ?? []);
    return new Map(this.#told.map(({ path, mode, linkname }, id) => [path, { mode, linkname, bytes: bytes(id) }]));
  }

  /** @returns whether that was the last. */
  take(message: Uint8Array): boolean {
    const { type, stat, id = 0, data = new Uint8Array() } = Packet.decode(message);
    if (type === PACKET.end) return true;
    if (type === PACKET.stat) this.#tell(stat ?? undefined);
    else if (data.length === 0) this.#open -= 1;
    else this.#chunks.get(id)?.push(data);
    if (this.#isTold && this.#open === 0) this.#write({ type: PACKET.end });
    return false;
  }

  #tell(stat: Stat | undefined): void {
    if (stat === undefined) {
      this.#isTold = true;
      return;
    }
    const id = this.#told.push(stat) - 1;
    if ((stat.mode & NO_FILE) !== 0) return;
    this.#open += 1;
    this.#chunks.set(id, []);
    this.#write({ type: PACKET.request, id });
  }

  #write(packet: Parameters<typeof Packet.encode>[0]): void {
    this.#stream.write(framed(Packet.encode(packet)));
  }
}
