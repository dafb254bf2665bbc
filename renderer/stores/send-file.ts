import type { Answer, DuplexName } from '#engine/contract/methods.ts';
import type { Duplex } from '#engine/contract/client.ts';
import { toEngineError } from '#engine/contract/errors.ts';

/**
 * Sends a file's bytes up a duplex, as fast as the engine takes them. @returns what the engine made of them.
 * @throws EngineError at once when the engine refuses what it has seen so far.
 */
export async function sendFile<N extends DuplexName>(
  file: File,
  duplex: Duplex<N>,
  onSent: (bytes: number) => void = () => undefined,
): Promise<Answer<N>> {
  try {
    await Promise.race([send(file, duplex, onSent), failed(duplex.answer)]);
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

async function send(file: File, sink: Sink, onSent: (bytes: number) => void): Promise<void> {
  const reader = file.stream().getReader();
  let sent = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    await sink.write(step.value);
    sent += step.value.length;
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
