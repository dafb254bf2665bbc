import type { WireDuplex } from './client.ts';

/** A duplex that can be used before there is a connection for it: what is done to it happens, in order, once there is. */
export function lateDuplex(opening: Promise<WireDuplex>): WireDuplex {
  const answer = opening.then((duplex) => duplex.answer);
  answer.catch(() => undefined);
  const later = (act: (duplex: WireDuplex) => void): void => {
    opening.then(act).catch(() => undefined);
  };
  return {
    bytes: late(opening.then(({ bytes }) => bytes)),
    messages: late(opening.then(({ messages }) => messages)),
    write: async (bytes) => (await opening).write(bytes),
    send: (message) => later((duplex) => duplex.send(message)),
    end: () => later((duplex) => duplex.end()),
    answer,
    close: () => later((duplex) => duplex.close()),
  };
}

function late<T>(values: Promise<AsyncIterable<T>>): AsyncIterable<T> {
  values.catch(() => undefined);
  return {
    async *[Symbol.asyncIterator]() {
      yield* await values;
    },
  };
}
