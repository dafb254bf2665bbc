import { isIP } from 'node:net';

import { z } from 'zod';

import { EngineError } from '#engine/contract/errors.ts';

/** A port that a container wants published whenever it runs. */
export const portWish = z.object({
  protocol: z.enum(['tcp', 'udp']),
  containerPort: z.int(),
  /** Of the machine; empty is every one. */
  hostAddress: z.string(),
  /** Any free one of these; 0 and 0 is any at all. */
  firstHostPort: z.int(),
  lastHostPort: z.int(),
});
export type RecordedPort = Readonly<z.infer<typeof portWish>>;

/** A port as it is asked for: `80/tcp`, `80`. */
export interface PortRequest {
  readonly port: string;
  readonly hostAddress?: string | undefined;
  /** `8080`, `8000-8010`; any where it is empty. */
  readonly hostPort?: string | undefined;
}

/** @throws EngineError `invalid-argument`, `unsupported` for another protocol. */
export function parsePortRequest({ port, hostAddress = '', hostPort = '' }: PortRequest): RecordedPort {
  const { number: containerPort, protocol } = parsePort(port);
  if (hostAddress !== '' && isIP(hostAddress) === 0) {
    throw new EngineError('invalid-argument', `invalid IP address: ${hostAddress}`);
  }
  return { protocol, containerPort, hostAddress, ...parseRange(hostPort) };
}

function parseRange(text: string): Pick<RecordedPort, 'firstHostPort' | 'lastHostPort'> {
  if (text === '') return { firstHostPort: 0, lastHostPort: 0 };
  const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const [firstHostPort, lastHostPort] = [Number(first), Number(last)];
  if (first !== '' && firstHostPort <= lastHostPort && lastHostPort <= 0xff_ff) return { firstHostPort, lastHostPort };
  throw new EngineError('invalid-argument', `invalid port specification: "${text}"`);
}

/** `80/tcp`, `80`. @throws EngineError as `parsePortRequest`. */
export function parsePort(text: string): { readonly number: number; readonly protocol: 'tcp' | 'udp' } {
  const [, digits = '', protocol = 'tcp'] = /^(\d{1,5})(?:\/(\w+))?$/.exec(text) ?? [];
  const number = Number(digits);
  if (digits === '' || number === 0 || number > 0xff_ff) {
    throw new EngineError('invalid-argument', `invalid port specification: "${text}"`);
  }
  const known = protocol.toLowerCase();
  if (known === 'tcp' || known === 'udp') return { number, protocol: known };
  throw new EngineError('unsupported', `Ports are published of tcp and udp, not of ${protocol}: leave ${text} out.`);
}
