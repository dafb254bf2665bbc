interface Sender {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly answer: Promise<unknown>;
  end(): void;
  close(): void;
}

/** What an engine sends down a duplex: whole only when the engine has said so at the end. */
export async function* receivedBytes(open: () => Sender): AsyncGenerator<Uint8Array> {
  const duplex = open();
  try {
    duplex.end();
    yield* duplex.bytes;
    await duplex.answer;
  } finally {
    duplex.close();
  }
}
