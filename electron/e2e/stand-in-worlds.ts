/*
 * What the stand-in runs inside a page. Each function is sent there as text, so it refers to nothing around it.
 */

interface Reply {
  readonly thrown?: string;
  readonly value?: unknown;
}

/** What crosses from one world of a page to the other: a call, a promise's end, or something to put in the window. */
type Crossing =
  | { readonly kind: 'call'; readonly id: number; readonly args: readonly unknown[] }
  | { readonly kind: 'settle'; readonly id: number; readonly thrown?: string; readonly value?: unknown }
  | { readonly kind: 'expose'; readonly key: string; readonly value: unknown };

/** One side of `contextBridge`: values are copied, functions and promises are called from afar, all else is refused. */
export interface World {
  exposeInMainWorld(key: string, api: unknown): void;
}

/**
 * Joins a page's main world and its isolated one. They share nothing but the document, whose events reach both at once
 * and carry copies.
 */
export function joinWorlds(mine: string, theirs: string): World {
  const functions = new Map<number, (...args: unknown[]) => unknown>();
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  let reply: Reply = {};

  const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

  const send = (crossing: Crossing): unknown => {
    reply = { thrown: 'The other world is not there.' };
    document.dispatchEvent(new CustomEvent(theirs, { detail: crossing }));
    if (reply.thrown !== undefined) throw new Error(reply.thrown);
    return decoded(reply.value);
  };

  const watched = (promise: Promise<unknown>): { readonly promise: number } => {
    const id = ++lastId;
    promise
      .then((value) => send({ kind: 'settle', id, value: encoded(value) }))
      .catch((error: unknown) => send({ kind: 'settle', id, thrown: messageOf(error) }));
    return { promise: id };
  };

  const encoded = (value: unknown): unknown => {
    if (typeof value === 'symbol') throw new Error('An object could not be cloned.');
    if (typeof value === 'function') {
      functions.set(++lastId, (...args) => Reflect.apply(value, undefined, args));
      return { function: lastId };
    }
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Promise) return watched(value);
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return { bytes: value };
    if (value instanceof Error) return { error: value.message };
    if (value instanceof Node || value instanceof MessagePort) throw new Error('An object could not be cloned.');
    if (Array.isArray(value)) return value.map(encoded);
    return { object: Object.entries(value).map(([key, each]) => [key, encoded(each)]) };
  };

  const decoded = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(decoded);
    if (typeof value !== 'object' || value === null) return value;
    if ('function' in value) {
      const id = Number(value.function);
      return (...args: unknown[]) => send({ kind: 'call', id, args: args.map(encoded) });
    }
    if ('promise' in value) {
      const resolvers = Promise.withResolvers<unknown>();
      pending.set(Number(value.promise), resolvers);
      return resolvers.promise;
    }
    if ('bytes' in value) return value.bytes;
    if ('error' in value) return new Error(String(value.error));
    const entries: unknown = 'object' in value ? value.object : [];
    if (!Array.isArray(entries)) return undefined;
    return Object.fromEntries(entries.map((entry: readonly unknown[]) => [String(entry[0]), decoded(entry[1])]));
  };

  const settle = ({ id, thrown, value }: Extract<Crossing, { kind: 'settle' }>): void => {
    const resolvers = pending.get(id);
    pending.delete(id);
    if (thrown === undefined) resolvers?.resolve(decoded(value));
    else resolvers?.reject(new Error(thrown));
  };

  const expose = (key: string, value: unknown): void => {
    if (key in window) throw new Error('Cannot bind an API on top of an existing property on the window object');
    Object.defineProperty(window, key, { value: decoded(value), enumerable: true });
  };

  const receive = (crossing: Crossing): unknown => {
    if (crossing.kind === 'settle') return settle(crossing);
    if (crossing.kind === 'expose') return expose(crossing.key, crossing.value);
    return functions.get(crossing.id)?.(...crossing.args.map(decoded));
  };

  const take = ({ detail: crossing }: CustomEvent<Crossing | Reply>): void => {
    if (!('kind' in crossing)) {
      reply = crossing;
      return;
    }
    let answer: Reply;
    try {
      answer = { value: encoded(receive(crossing)) };
    } catch (error) {
      answer = { thrown: messageOf(error) };
    }
    document.dispatchEvent(new CustomEvent(theirs, { detail: answer }));
  };
  document.addEventListener(mine, (event) => {
    if (event instanceof CustomEvent) take(event);
  });
  return { exposeInMainWorld: (key, api) => void send({ kind: 'expose', key, value: encoded(api) }) };
}

/** A message between the two processes, as text: JSON can't say bytes. */
export type Wire = { readonly bytes: string } | { readonly json: unknown };

/** From a page: a message with ports, a message on one of them, or a port's end. */
export type FromPage =
  | { readonly channel: string; readonly message: Wire; readonly ports: readonly number[] }
  | { readonly port: number; readonly message: Wire }
  | { readonly port: number; readonly closed: true };

export interface PageModules {
  readonly ipcRenderer: { postMessage(channel: string, message: unknown, transfer?: readonly unknown[]): void };
  /** Called from outside: a message for a port, or its end. */
  readonly receive: (port: number, message: Wire | undefined) => void;
}

/** The preload's `ipcRenderer`, over a function that takes text out of the page. */
export function pageModules(post: (text: string) => void): PageModules {
  const ports = new Map<number, MessagePort>();
  let lastPort = 0;

  const toWire = (message: unknown): Wire => {
    const copy: unknown = structuredClone(message);
    return copy instanceof Uint8Array ? { bytes: copy.toBase64() } : { json: copy };
  };
  const say = (message: FromPage): void => post(JSON.stringify(message));

  const take = (given: unknown, index: number): number => {
    if (!(given instanceof MessagePort)) {
      throw new TypeError(`Value at index ${index} does not have a transferable type.`);
    }
    // Moved, so that whoever gave it can't use it any more.
    const port: MessagePort = structuredClone(given, { transfer: [given] });
    const id = ++lastPort;
    ports.set(id, port);
    port.addEventListener('message', ({ data }) => say({ port: id, message: toWire(data) }));
    port.addEventListener('close', () => say({ port: id, closed: true }));
    return id;
  };

  return {
    ipcRenderer: {
      postMessage: (channel, message, transfer = []) => {
        const wire = toWire(message);
        const taken = transfer.map(take);
        say({ channel, message: wire, ports: taken });
        for (const id of taken) ports.get(id)?.start();
      },
    },
    receive: (id, message) => {
      const port = ports.get(id);
      if (message === undefined) port?.close();
      else port?.postMessage('bytes' in message ? Uint8Array.fromBase64(message.bytes) : message.json);
    },
  };
}
