import type { GrpcCall, GrpcClient } from './grpc-client.ts';
import { BytesMessage } from './messages.ts';

/** Bytes of one message: gRPC's clients take no more than 4 MiB at once. */
const CHUNK = 256 * 1024;

/** Where a client writes what one of its exporters makes (github.com/moby/buildkit, `session/filesync`). */
export class FileTarget {
  readonly #grpc: GrpcClient;
  readonly #exporter: number;

  /** @param exporter its place among those that were asked for. */
  constructor(grpc: GrpcClient, exporter: number) {
    this.#grpc = grpc;
    this.#exporter = exporter;
  }

  /** A file that holds these bytes. Resolves when the client has all of it. @throws EngineError with what it says. */
  async file(bytes: AsyncIterable<Uint8Array>): Promise<void> {
    await using call = this.#call();
    for await (const piece of bytes) {
      for (let at = 0; at < piece.length; at += CHUNK)
        await call.write(BytesMessage.encode({ data: new Uint8Array(piece.subarray(at, at + CHUNK)) }));
      // Nobody reads on: why is told below.
      if (call.isEnded) break;
    }
    call.endWriting();
    for await (const _ of call);
  }

  async folder(send: (call: GrpcCall) => Promise<void>): Promise<void> {
    await using call = this.#call();
    await send(call);
  }

  #call(): GrpcCall {
    return this.#grpc.call('/moby.filesync.v1.FileSend/DiffCopy', {
      'buildkit-attachable-exporter-id': `${this.#exporter}`,
    });
  }
}
