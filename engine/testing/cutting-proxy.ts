import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What becomes of the connection that brings the next bytes. */
export interface Cut {
  /** Bytes of answers, counted over all connections from when the cut is asked for. */
  readonly afterBytes: number;
  /** `break` ends the connection, `stall` brings nothing more. */
  readonly how: 'break' | 'stall';
}

/** A way to a server on loopback that breaks where a test wants it to, and counts what it brought. */
export class CuttingProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #cut: (Cut & { left: number; readonly met: () => void }) | undefined;
  /** Bytes of answers so far, heads included. */
  brought = 0;

  private constructor(target: string) {
    this.#target = Number(target.split(':')[1]);
    this.#server = createServer((client) => this.#serve(client));
  }

  /** @param target `127.0.0.1:PORT`. */
  static async start(target: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the proxy has stopped');
    return `127.0.0.1:${address.port}`;
  }

  /** Resolves when it has come to it. */
  cut(cut: Cut): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#cut = { ...cut, left: cut.afterBytes, met: resolve };
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(client: Socket): void {
    const server = connect(this.#target, '127.0.0.1');
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one
        .on('error', () => undefined)
        .on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
    }
    client.pipe(server);
    server.on('data', (bytes: Buffer) => this.#pass(bytes, { client, server }));
  }

  #pass(bytes: Buffer, { client, server }: { readonly client: Socket; readonly server: Socket }): void {
    const cut = this.#cut;
    const passed = cut === undefined ? bytes : bytes.subarray(0, cut.left);
    this.brought += passed.length;
    if (cut !== undefined) cut.left -= passed.length;
    const isMet = cut !== undefined && cut.left === 0;
    const isThrough = client.write(passed, () => {
      if (isMet && cut.how === 'break') client.destroy();
    });
    if (isMet) {
      this.#cut = undefined;
      server.pause().removeAllListeners('data');
      cut.met();
    } else if (!isThrough) {
      server.pause();
      client.once('drain', () => server.resume());
    }
  }
}
