import type { Duplex, EngineClient } from '#engine/contract/client.ts';
import type { CallName, Item, Params } from '#engine/contract/methods.ts';
import type { TerminalNotice, TerminalSize } from '#engine/contract/terminal.ts';

/** Values pushed by a test, read as an async iterable; ends or throws when the test says so. */
export class Script<T> implements AsyncIterable<T> {
  readonly #values: T[] = [];
  #ending: { readonly error?: Error } | undefined;
  #wake: (() => void) | undefined;
  /** How many values have been asked for. */
  asked = 0;

  push(...values: readonly T[]): void {
    this.#values.push(...values);
    this.#wake?.();
  }

  end(error?: Error): void {
    this.#ending = error === undefined ? {} : { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      this.asked += 1;
      while (this.#values.length === 0 && this.#ending === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      const next = this.#values.shift();
      if (next !== undefined) yield next;
      else if (this.#ending?.error !== undefined) throw this.#ending.error;
      else return;
    }
  }
}

/** One attached terminal, played from the engine's side. */
export class ScriptedTerminal {
  readonly bytes: Script<Uint8Array> = new Script();
  readonly messages: Script<TerminalNotice> = new Script();
  readonly typed: string[] = [];
  readonly sizes: TerminalSize[] = [];
  isInputEnded = false;
  readonly #answer: PromiseWithResolvers<{ exitCode: number }> = Promise.withResolvers();
  isClosed = false;

  say(text: string): void {
    this.bytes.push(new TextEncoder().encode(text));
  }

  exit(exitCode: number): void {
    this.messages.end();
    this.bytes.end();
    this.#answer.resolve({ exitCode });
  }

  fail(error: Error): void {
    this.messages.end(error);
    this.bytes.end(error);
    this.#answer.promise.catch(() => undefined);
    this.#answer.reject(error);
  }

  duplex(): Duplex<'containers.attach'> {
    return {
      bytes: this.bytes,
      messages: this.messages,
      write: async (bytes) => {
        this.typed.push(new TextDecoder().decode(bytes));
      },
      send: ({ resize }) => this.sizes.push(resize),
      end: () => {
        this.isInputEnded = true;
      },
      answer: this.#answer.promise,
      close: () => {
        this.isClosed = true;
      },
    };
  }
}

/** An engine that answers as a test says, and remembers what it was asked. */
export class ScriptedEngine {
  readonly calls: { readonly method: string; readonly params: unknown }[] = [];
  readonly terminals: ScriptedTerminal[] = [];
  readonly attachments: Params<'containers.attach'>[] = [];
  readonly streams: Script<Item<'containers.logs'>>[] = [];
  /** What each method answers; a method without an answer fails the test. */
  readonly answers: Partial<Record<CallName, (params: never) => unknown>> = {};

  readonly client: EngineClient;

  constructor() {
    const client = {
      call: async (method: CallName, params: unknown): Promise<unknown> => {
        this.calls.push({ method, params });
        const answer = this.answers[method];
        if (answer === undefined) throw new Error(`no answer is written for ${method}`);
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each answer names its own method's parameters
        return answer(params as never);
      },
      stream: (): AsyncIterable<Item<'containers.logs'>> => {
        const script = new Script<Item<'containers.logs'>>();
        this.streams.push(script);
        return script;
      },
      duplex: (_: string, params: Params<'containers.attach'>): Duplex<'containers.attach'> => {
        const terminal = new ScriptedTerminal();
        this.terminals.push(terminal);
        this.attachments.push(params);
        return terminal.duplex();
      },
    };
    // The table's types hold a method name and its answer together, which one function for all of them can't say.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a test's engine, typed by what it is asked
    this.client = client as unknown as EngineClient;
  }

  callsTo(method: CallName): readonly unknown[] {
    return this.calls.filter((call) => call.method === method).map((call) => call.params);
  }
}
