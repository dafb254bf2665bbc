import { existsSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

import { EngineError } from '#engine/contract/errors.ts';

import type { Endpoint, PublishedPort } from './endpoint.ts';
import { parseAddress } from './ip-address.ts';

/** A port of a container's that somebody wants published. */
export interface PortWish {
  readonly protocol: 'tcp' | 'udp';
  readonly containerPort: number;
  /** Of the machine; empty is every one of both families. */
  readonly hostAddress: string;
  /** Any free one of these; 0 and 0 is any at all. */
  readonly firstHostPort: number;
  readonly lastHostPort: number;
}

/** How often another port is tried when the one that is free for IPv4 isn't for IPv6. */
const MOST_ATTEMPTS = 20;

/**
 * The machine's ports for a container that starts. A single one that was asked for is looked at only when the shim
 * listens on it: nobody can take it between the two.
 *
 * @throws EngineError `conflict` when all of a range are in use.
 */
export async function choosePorts(wishes: readonly PortWish[], taken: readonly Endpoint[]): Promise<PublishedPort[]> {
  const chosen: PublishedPort[] = [];
  for (const wish of wishes) {
    const others = [...taken.flatMap(({ ports }) => ports), ...chosen];
    const hostPort = await choosePort(wish, others);
    const { protocol, containerPort } = wish;
    for (const hostAddress of addressesOf(wish)) chosen.push({ protocol, containerPort, hostPort, hostAddress });
  }
  return chosen;
}

async function choosePort(wish: PortWish, others: readonly PublishedPort[]): Promise<number> {
  const { firstHostPort: first, lastHostPort: last, protocol } = wish;
  if (first === last && first !== 0) return first;
  const [address = ''] = addressesOf(wish);
  const isFree = async (port: number): Promise<boolean> => {
    const wanted = addressesOf(wish).map((hostAddress) => ({ protocol, hostAddress, hostPort: port }));
    if (wanted.some((one) => others.some((other) => collide(one, other)))) return false;
    const bound = await Promise.all(wanted.map(({ hostAddress }) => freePort(protocol, hostAddress, port)));
    return bound.every((found) => found !== undefined);
  };
  if (first !== 0) {
    for (let port = first; port <= last; port++) if (await isFree(port)) return port;
    throw new EngineError(
      'conflict',
      `Bind for ${address}:${first}-${last} failed: port is already allocated: every port of the range is in use.`,
    );
  }
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const port = await freePort(protocol, address, 0);
    if (port !== undefined && (await isFree(port))) return port;
  }
  throw new EngineError(
    'conflict',
    `The machine has no free ${protocol} port at ${address} to publish ${wish.containerPort}.`,
  );
}

/** Of ports at addresses that are one or hold one another. */
export function collide(
  one: Pick<PublishedPort, 'protocol' | 'hostAddress' | 'hostPort'>,
  other: Pick<PublishedPort, 'protocol' | 'hostAddress' | 'hostPort'>,
): boolean {
  const family = (address: string): number | undefined => parseAddress(address)?.family;
  const isWild = [one, other].some(({ hostAddress }) => hostAddress === '0.0.0.0' || hostAddress === '::');
  return (
    one.protocol === other.protocol &&
    one.hostPort === other.hostPort &&
    family(one.hostAddress) === family(other.hostAddress) &&
    (isWild || one.hostAddress === other.hostAddress)
  );
}

function addressesOf({ hostAddress }: PortWish): readonly string[] {
  if (hostAddress !== '') return [hostAddress];
  return existsSync('/proc/self/net/if_inet6') ? ['0.0.0.0', '::'] : ['0.0.0.0'];
}

/** The port that somebody could listen on now, any where it is 0; undefined for one in use. */
async function freePort(protocol: PortWish['protocol'], address: string, port: number): Promise<number | undefined> {
  try {
    return await (protocol === 'tcp' ? freeStreamPort(address, port) : freeDatagramPort(address, port));
  } catch {
    return undefined;
  }
}

async function freeStreamPort(host: string, port: number): Promise<number | undefined> {
  const server = createServer().listen({ host, port, exclusive: true, ipv6Only: true });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return address === null || typeof address === 'string' ? undefined : address.port;
}

async function freeDatagramPort(address: string, port: number): Promise<number> {
  const isV6 = parseAddress(address)?.family === 6;
  const socket = createSocket(isV6 ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' });
  socket.bind({ address, port, exclusive: true });
  await once(socket, 'listening');
  const { port: bound } = socket.address();
  socket.close();
  await once(socket, 'close');
  return bound;
}
