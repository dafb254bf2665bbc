import { walkSource, type SourceEntry, type SourceTree } from '#engine/build/source-tree.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';

import { modeOf } from './file-mode.ts';
import type { GrpcCall } from './grpc-client.ts';
import { PACKET, Packet, type Stat } from './messages.ts';

/** Bytes of one packet: gRPC's clients take no more than 4 MiB at once. */
const CHUNK = 256 * 1024;

/**
 * Sends a tree by fsutil's protocol (github.com/tonistiigi/fsutil, `send.go`): every entry is told in the order of a walk, and files that the
 * other end asks for by their numbers are sent meanwhile. Owners aren't told, whoever receives them is their owner; what is neither file,
 * directory nor link is left out.
 *
 * @throws EngineError with what the other end says; `invalid-argument` when it breaks the protocol.
 */
export async function sendFolder(call: GrpcCall, tree: SourceTree): Promise<void> {
  const sender = new FolderSender(call, tree);
  // The other end gives up then, and says so.
  const told = sender.tell().catch((error: unknown) => sender.fail(error));
  for await (const message of call) await sender.take(message);
  await told;
}

class FolderSender {
  readonly #call: GrpcCall;
  readonly #tree: SourceTree;
  /** By their numbers in the walk. */
  readonly #files = new Map<number, SourceEntry>();

  constructor(call: GrpcCall, tree: SourceTree) {
    this.#call = call;
    this.#tree = tree;
  }

  async tell(): Promise<void> {
    const root = await this.#tree.entry('');
    let number = 0;
    for await (const entry of root === undefined ? [] : walkSource(this.#tree, root)) {
      if (entry.path === '' || entry.type === 'other') continue;
      if (entry.type === 'file') this.#files.set(number, entry);
      number += 1;
      await this.#write({ type: PACKET.stat, stat: statOf(entry) });
    }
    await this.#write({ type: PACKET.stat });
  }

  async fail(error: unknown): Promise<void> {
    const data = new Uint8Array(Buffer.from(toEngineError(error).message));
    await this.#write({ type: PACKET.error, data });
    this.#call.endWriting();
  }

  async take(message: Uint8Array): Promise<void> {
    const { type, id = 0, data } = Packet.decode(message);
    switch (type) {
      case PACKET.request:
        await this.#send(id);
        return;
      case PACKET.end:
        await this.#write({ type: PACKET.end });
        this.#call.endWriting();
        return;
      case PACKET.error:
        throw new EngineError('unavailable', `The client can't write the files: ${Buffer.from(data ?? []).toString()}`);
      default:
        throw new EngineError('invalid-argument', `The client sends packets of an unknown kind (${type}).`);
    }
  }

  async #send(id: number): Promise<void> {
    const file = this.#files.get(id);
    if (file === undefined) throw new EngineError('invalid-argument', 'The client asks for a file that there is not.');
    for await (const bytes of this.#tree.open(file)) {
      for (let at = 0; at < bytes.length; at += CHUNK)
        await this.#write({ type: PACKET.data, id, data: new Uint8Array(bytes.subarray(at, at + CHUNK)) });
    }
    await this.#write({ type: PACKET.data, id });
  }

  #write(packet: Parameters<typeof Packet.encode>[0]): Promise<void> {
    return this.#call.write(Packet.encode(packet));
  }
}

function statOf(entry: SourceEntry): Stat {
  const { path, size, mtime, linkTarget } = entry;
  return { path, mode: modeOf(entry), size, modTime: mtime * 1e9, linkname: linkTarget };
}
