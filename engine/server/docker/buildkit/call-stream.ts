import { Duplex } from 'node:stream';

import type { GrpcCall } from './grpc-client.ts';
import { BytesMessage } from './messages.ts';

/** Bytes both ways over a call whose messages are nothing but bytes. Destroyed with the call, which ends with it. */
export function callStream(call: GrpcCall): Duplex {
  const messages = call[Symbol.asyncIterator]();
  return new Duplex({
    read() {
      messages.next().then(
        ({ done, value }) => this.push(done === true ? null : Buffer.from(BytesMessage.decode(value).data)),
        (error: unknown) => this.destroy(error instanceof Error ? error : undefined),
      );
    },
    write(chunk: Buffer, _, written) {
      call.write(BytesMessage.encode({ data: new Uint8Array(chunk) })).then(() => written(), written);
    },
    final(ended) {
      call.endWriting();
      ended();
    },
    destroy(error, destroyed) {
      call[Symbol.asyncDispose]().then(() => destroyed(error), destroyed);
    },
  });
}
