import type { Answer, DuplexName } from '#engine/contract/methods.ts';
import type { Duplex } from '#engine/contract/client.ts';
import { toEngineError } from '#engine/contract/errors.ts';

/** A file's bytes up a duplex, as `sendBytes` does. */
export function sendFile<N extends DuplexName>(
  file: File,
  duplex: Duplex<N>,
  onSent?: (bytes: number) => void,
): Promise<Answer<N>> {
  return sendBytes(chunksOf(file), duplex, onSent);
}

/**
 * Sends bytes up a duplex, as fast as the engine takes them. @returns what the engine made of them.
 * @throws EngineError at once when the engine refuses what it has seen so far.
 */
export async function sendBytes<N extends DuplexName>(
  source: AsyncIterable<Uint8Array>,
  duplex: Duplex<N>,
  onSent: (bytes: number) => void = () => undefined,
): Promise<Answer<N>> {
  try {
    await Promise.race([send(source, duplex, onSent), failed(duplex.answer)]);
    return await duplex.answer;
  } catch (thrown) {
    duplex.close();
    throw toEngineError(thrown);
  }
}

interface Sink {
  write(bytes: Uint8Array): Promise<void>;
  end(): void;
}

export async function* chunksOf(file: File): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value;
}

async function send(source: AsyncIterable<Uint8Array>, sink: Sink, onSent: (bytes: number) => void): Promise<void> {
  let sent = 0;
  for await (const chunk of source) {
    await sink.write(chunk);
    sent += chunk.length;
    onSent(sent);
  }
  sink.end();
}

/** Settles only when the answer is a failure: the engine may refuse an archive before all of it is sent. */
function failed(answer: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => {
    answer.catch(reject);
  });
}
