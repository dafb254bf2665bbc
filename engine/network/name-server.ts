import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

import { encodeAnswer, parseQuery, responseCodes, type DnsQuery } from './dns-message.ts';
import { forwardQuery, prefixed, splitMessages } from './forward-query.ts';
import { formatAddress, parseAddress } from './ip-address.ts';
import { closeQuietly, type Listeners, type NetworkHome } from './network-home.ts';
import type { Network } from './network.ts';
import { resolveName, type KnownNames } from './resolve-name.ts';

const PORT = 53;
/** Questions that wait for others' answers at once, of all containers and of one; more are refused. */
const MOST_WAITING = 512;
const MOST_WAITING_OF_ONE = 64;
const MOST_CONNECTIONS = 128;
const IDLE_MS = 10_000;

interface Listening extends Listeners {
  readonly connections: Set<Socket>;
}

/**
 * Names for the containers of networks that have them: a resolver at each network's gateway. Who asks is told by the
 * address that the question comes from; what isn't a name of the asker's networks is passed on to the machine's resolvers.
 */
export class NameServers {
  readonly #known: KnownNames;
  readonly #home: NetworkHome;
  readonly #listening = new Map<string, Listening>();
  /** By container: how many questions of its wait for others' answers. */
  readonly #waiting = new Map<string, number>();

  constructor(known: KnownNames, home: NetworkHome) {
    this.#known = known;
    this.#home = home;
  }

  /** Where the network's resolver is; undefined where it could not have the gateway's port. */
  address({ id, config }: Network): string | undefined {
    return this.#listening.has(id) ? config.ipv4?.gateway : undefined;
  }

  /** Answers at the gateway from now on. Where somebody else has its port, containers ask the machine's resolvers. */
  async open({ id, config }: Network): Promise<void> {
    const address = config.ipv4?.gateway;
    if (address === undefined || this.#listening.has(id)) return;
    const sockets = await this.#home.listen(address, PORT).catch(() => undefined);
    if (sockets === undefined) return;
    const { datagrams, streams } = sockets;
    const connections = new Set<Socket>();
    streams.maxConnections = MOST_CONNECTIONS;
    streams.on('connection', (socket) => this.#serve(id, socket, connections));
    datagrams.on('message', (bytes, from) => {
      void this.#answer(id, bytes, { address: from.address, protocol: 'udp' }).then((answer) => {
        // Who asked may have gone, and the socket with the network, which may have another by now.
        const isOpen = this.#listening.get(id)?.datagrams === datagrams;
        // From port 0 asks who makes packets by hand: nobody can be answered there, and Node throws at the number.
        if (answer !== undefined && isOpen && from.port > 0) {
          datagrams.send(answer, from.port, from.address, () => undefined);
        }
      });
    });
    datagrams.on('error', () => undefined);
    streams.on('error', () => undefined);
    datagrams.unref();
    streams.unref();
    this.#listening.set(id, { datagrams, streams, connections });
  }

  close(id: string): void {
    const listening = this.#listening.get(id);
    if (listening === undefined) return;
    this.#listening.delete(id);
    closeQuietly(listening.datagrams);
    listening.streams.close();
    for (const connection of listening.connections) connection.destroy();
  }

  #serve(id: string, socket: Socket, connections: Set<Socket>): void {
    connections.add(socket);
    let heard = Buffer.alloc(0);
    const address = socket.remoteAddress ?? '';
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('error', () => undefined).on('close', () => connections.delete(socket));
    socket.on('drain', () => socket.resume());
    socket.on('data', (bytes) => {
      const { messages, rest } = splitMessages(Buffer.concat([heard, bytes]));
      heard = Buffer.from(rest);
      for (const message of messages) {
        void this.#answer(id, message, { address, protocol: 'tcp' }).then((answer) => {
          // Who reads no answers is asked for no more questions: they would pile up here.
          if (answer !== undefined && socket.writable && !socket.write(prefixed(answer))) socket.pause();
        });
      }
    });
  }

  /** Nobody but a container of the network is answered, and nothing but a question. */
  async #answer(
    id: string,
    bytes: Buffer,
    { address, protocol }: { readonly address: string; readonly protocol: 'udp' | 'tcp' },
  ): Promise<Buffer | undefined> {
    const query = parseQuery(bytes);
    const from = parseAddress(address);
    const asker = from === undefined ? undefined : this.#known.endpoints.at(id, formatAddress(from))?.containerId;
    if (query === undefined || asker === undefined) return undefined;
    const records = resolveName(this.#known, asker, query);
    if (records !== undefined) return encodeAnswer(query, { records, code: responseCodes.success });
    return (await this.#forward(bytes, asker, protocol)) ?? failed(query);
  }

  /** A container that is only in internal networks is not to get out, by names neither. */
  async #forward(bytes: Buffer, asker: string, protocol: 'udp' | 'tcp'): Promise<Buffer | undefined> {
    const { endpoints, table, usage } = this.#known;
    const isShutIn = endpoints
      .ofContainer(asker)
      .every(({ networkId }) => table.get(networkId)?.config.internal === true);
    if (isShutIn) return undefined;
    using place = this.#waitingPlace(asker);
    if (place === undefined) return undefined;
    const asked = usage.nameServers(asker);
    try {
      return await forwardQuery(bytes, asked.length > 0 ? asked : await machineServers(), protocol);
    } catch {
      return undefined;
    }
  }

  /** Undefined where too many wait already: no container can have all of them wait. */
  #waitingPlace(asker: string): Disposable | undefined {
    const own = this.#waiting.get(asker) ?? 0;
    const all = this.#waiting.values().reduce((sum, count) => sum + count, 0);
    if (own >= MOST_WAITING_OF_ONE || all >= MOST_WAITING) return undefined;
    this.#waiting.set(asker, own + 1);
    return {
      [Symbol.dispose]: () => {
        const left = (this.#waiting.get(asker) ?? 1) - 1;
        if (left === 0) this.#waiting.delete(asker);
        else this.#waiting.set(asker, left);
      },
    };
  }
}

function failed(query: DnsQuery): Buffer {
  return encodeAnswer(query, { records: [], code: responseCodes.failed });
}

/** Those of resolv.conf(5): the engine is on the machine, so one that listens on loopback does, too. */
async function machineServers(): Promise<readonly string[]> {
  const text = await readFile('/etc/resolv.conf', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => /^\s*nameserver\s+([^\s%]+)/.exec(line)?.[1] ?? []);
}
