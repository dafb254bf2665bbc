/*
 * What the stand-in runs inside a page. Each class and function is sent there as text, so it refers to nothing around it.
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

/**
 * One side of `contextBridge`: values are copied, functions and promises are reached from afar, all else is refused.
 *
 * A page's main world and its isolated one share nothing but the document, whose events reach both at once and carry
 * copies.
 */
export class PageWorld {
  readonly #theirs: string;
  readonly #functions = new Map<number, (...args: unknown[]) => unknown>();
  readonly #pending = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;
  #reply: Reply = {};

  constructor(mine: string, theirs: string) {
    this.#theirs = theirs;
    document.addEventListener(mine, (event) => {
      const crossing: unknown = event instanceof CustomEvent ? event.detail : undefined;
      if (this.#isCrossing(crossing)) this.#dispatch(this.#answer(crossing));
      else if (this.#isReply(crossing)) this.#reply = crossing;
    });
  }

  exposeInMainWorld(key: string, api: unknown): void {
    this.#send({ kind: 'expose', key, value: this.#encoded(api) });
  }

  #isCrossing(value: unknown): value is Crossing {
    return typeof value === 'object' && value !== null && 'kind' in value;
  }

  #isReply(value: unknown): value is Reply {
    return typeof value === 'object' && value !== null && ('thrown' in value || 'value' in value);
  }

  #dispatch(detail: Crossing | Reply): void {
    document.dispatchEvent(new CustomEvent(this.#theirs, { detail }));
  }

  /** The other side has answered when the event has been dispatched. */
  #send(crossing: Crossing): unknown {
    this.#reply = { thrown: 'The other world is not there.' };
    this.#dispatch(crossing);
    const { thrown, value } = this.#reply;
    if (thrown !== undefined) throw new Error(thrown);
    return this.#decoded(value);
  }

  #answer(crossing: Crossing): Reply {
    try {
      return { value: this.#encoded(this.#perform(crossing)) };
    } catch (error) {
      return { thrown: this.#messageOf(error) };
    }
  }

  #perform(crossing: Crossing): unknown {
    if (crossing.kind === 'call') {
      return this.#functions.get(crossing.id)?.(...crossing.args.map((value) => this.#decoded(value)));
    }
    if (crossing.kind === 'expose') this.#expose(crossing.key, crossing.value);
    else this.#settle(crossing);
    return undefined;
  }

  #expose(key: string, value: unknown): void {
    if (key in window) throw new Error('Cannot bind an API on top of an existing property on the window object');
    Object.defineProperty(window, key, { value: this.#decoded(value), enumerable: true });
  }

  #settle({ id, thrown, value }: Extract<Crossing, { kind: 'settle' }>): void {
    const resolvers = this.#pending.get(id);
    this.#pending.delete(id);
    if (thrown === undefined) resolvers?.resolve(this.#decoded(value));
    else resolvers?.reject(new Error(thrown));
  }

  #encoded(value: unknown): unknown {
    if (typeof value === 'symbol') throw new Error('An object could not be cloned.');
    if (typeof value === 'function') {
      this.#functions.set(++this.#lastId, (...args) => Reflect.apply(value, undefined, args));
      return { function: this.#lastId };
    }
    return typeof value === 'object' && value !== null ? this.#encodedObject(value) : value;
  }

  #encodedObject(value: object): unknown {
    if (value instanceof Promise) return this.#encodedPromise(value);
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return { bytes: value };
    if (value instanceof Error) return { error: value.message };
    if (value instanceof EventTarget) throw new Error('An object could not be cloned.');
    if (Array.isArray(value)) return value.map((each) => this.#encoded(each));
    return { object: Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.#encoded(each)])) };
  }

  #encodedPromise(promise: Promise<unknown>): { readonly promise: number } {
    const id = ++this.#lastId;
    promise
      .then((value) => this.#send({ kind: 'settle', id, value: this.#encoded(value) }))
      .catch((error: unknown) => this.#send({ kind: 'settle', id, thrown: this.#messageOf(error) }));
    return { promise: id };
  }

  #decoded(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.#decoded(each));
    if (typeof value !== 'object' || value === null) return value;
    if ('function' in value) {
      const id = Number(value.function);
      return (...args: unknown[]) => this.#send({ kind: 'call', id, args: args.map((each) => this.#encoded(each)) });
    }
    if ('promise' in value) {
      const resolvers = Promise.withResolvers<unknown>();
      this.#pending.set(Number(value.promise), resolvers);
      return resolvers.promise;
    }
    if ('bytes' in value) return value.bytes;
    if ('error' in value) return new Error(String(value.error));
    return 'object' in value ? this.#decodedObject(value.object) : undefined;
  }

  #decodedObject(fields: unknown): unknown {
    if (typeof fields !== 'object' || fields === null) return undefined;
    return Object.fromEntries(Object.entries(fields).map(([key, each]) => [key, this.#decoded(each)]));
  }

  #messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
  }
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

/** Where the main process refuses a window, `window.open` says null: not every page looks whether it is closed. */
export function refuseWindows(): void {
  const open = window.open.bind(window);
  window.open = (...args) => {
    open(...args)?.close();
    return null;
  };
}
