import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';

/** A program to be started, where its network is to be. */
export interface Started {
  readonly program: string;
  readonly args: readonly string[];
}

/** For datagrams and for connections, at one address and port. */
export interface Listeners {
  readonly datagrams: DatagramSocket;
  readonly streams: Server;
}

/**
 * The network namespace that bridges and rules are in: the engine's own, or one that it keeps beside it.
 *
 * An engine that isn't root may change nothing in the network that it was started in.
 */
export interface NetworkHome {
  /** A file to enter it by; undefined for the engine's own. Of one that isn't open, undefined too. */
  readonly namespace: string | undefined;
  /** Why it can't be opened here: a sentence. Asked without opening it. */
  obstacle(): Promise<string | undefined>;
  /** Makes it, if it isn't there. @throws EngineError `unsupported` with the reason why it can't be. */
  open(): Promise<void>;
  /** Whether one is there that an engine before this one has opened. */
  adopt(): Promise<boolean>;
  /** Nothing is in it any more. */
  close(): Promise<void>;
  /** A file of proc_pid_net(5). */
  read(name: 'dev' | 'route' | 'ipv6_route'): Promise<string>;
  /** Sockets that answer at an address of it. @throws the kernel's error, or the launcher's sentence. */
  listen(address: string, port: number): Promise<Listeners>;
  /** The same program with its network there. */
  within(started: Started): Started;
}

/** The network that the engine was started in. */
export const ownNetwork: NetworkHome = {
  namespace: undefined,
  obstacle: () => Promise.resolve(undefined),
  open: () => Promise.resolve(),
  adopt: () => Promise.resolve(true),
  close: () => Promise.resolve(),
  read: (name) => readFile(`/proc/self/net/${name}`, 'utf8').catch(() => ''),
  listen: listenHere,
  within: (started) => started,
};

async function listenHere(address: string, port: number): Promise<Listeners> {
  const datagrams = createSocket('udp4');
  const streams = createServer();
  try {
    datagrams.bind({ address, port, exclusive: true });
    streams.listen({ host: address, port, exclusive: true });
    await Promise.all([once(datagrams, 'listening'), once(streams, 'listening')]);
    return { datagrams, streams };
  } catch (error) {
    closeQuietly(datagrams);
    streams.close();
    throw error;
  }
}

export function closeQuietly(socket: DatagramSocket): void {
  socket.on('error', () => undefined);
  try {
    socket.close();
  } catch {
    // It was never bound.
  }
}
