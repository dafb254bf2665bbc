import type { WireDuplex } from './client.ts';
import { toEngineError } from './errors.ts';
import type { Dialer } from './reconnecting-client.ts';
import { ReconnectingClient } from './reconnecting-client.ts';
import type { DuplexListener, Outcome, StreamListener, WindowApi, WindowDuplex } from './window-api.ts';

/** Makes `window.estrato` over whatever the platform dials: a message port in the desktop, a WebSocket in a browser. */
export function exposeConnection(dialer: Dialer): WindowApi {
  const client = new ReconnectingClient(dialer);
  return {
    call: (method, params) => {
      const leaving = new AbortController();
      return { answer: outcomeOf(client.call(method, params, leaving.signal)), cancel: () => leaving.abort() };
    },
    stream: (method, params, listener) => {
      const leaving = new AbortController();
      void forwardItems(client.stream(method, params, leaving.signal), listener);
      return { cancel: () => leaving.abort() };
    },
    duplex: (method, params, listener) => {
      const leaving = new AbortController();
      const duplex = client.duplex(method, params, leaving.signal);
      forwardDuplex(duplex, listener);
      return windowDuplex(duplex, () => leaving.abort());
    },
    watchConnection: (listener) => client.watch(listener),
  };
}

async function forwardItems(items: AsyncIterable<unknown>, listener: StreamListener): Promise<void> {
  listener.end(await outcomeOf(forEach(items, listener.item)));
}

function forwardDuplex(duplex: WireDuplex, listener: DuplexListener): void {
  const bytes = outcomeOf(forEach(duplex.bytes, listener.bytes)).then(listener.bytesEnd);
  // Told apart from the answer so that a screen that is still being drawn doesn't hold a message back.
  const messages = forEach(duplex.messages, listener.message).catch(() => undefined);
  void Promise.all([outcomeOf(duplex.answer), messages]).then(([outcome]) => listener.answer(outcome));
  void bytes;
}

function windowDuplex(duplex: WireDuplex, close: () => void): WindowDuplex {
  return {
    write: (bytes) => outcomeOf(duplex.write(bytes)),
    send: (message) => duplex.send(message),
    end: () => duplex.end(),
    close,
  };
}

async function forEach<T>(values: AsyncIterable<T>, take: (value: T) => Promise<void> | void): Promise<void> {
  for await (const value of values) await take(value);
}

async function outcomeOf(work: Promise<unknown>): Promise<Outcome> {
  try {
    return { ok: true, value: await work };
  } catch (thrown) {
    const { code, message } = toEngineError(thrown);
    return { ok: false, code, message };
  }
}
