import { isIP } from 'node:net';

import { EngineError } from '#engine/contract/errors.ts';

/** Bytes of a unix socket's path without its closing zero (unix(7), `sun_path`). */
const LONGEST_PATH = 107;

/** Where a server listens. */
export type ListenAddress =
  | { readonly kind: 'unix'; readonly path: string }
  /** Port 0 is any that is free. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** `unix:///run/estrato/estrato.sock`, `tcp://127.0.0.1:2376`, `tcp://[::1]:2376`. @throws EngineError `invalid-argument`. */
export function parseListenAddress(text: string): ListenAddress {
  if (text.startsWith('unix:///')) return unixAddress(text.slice('unix://'.length));
  const [, bracketed, plain, port] = /^tcp:\/\/(?:\[([^\]]+)\]|([^:/[\]]+)):(\d{1,5})\/?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const isHost = bracketed === undefined || isIP(bracketed) === 6;
  if (host !== undefined && isHost && Number(port) <= 65_535) return { kind: 'tcp', host, port: Number(port) };
  throw new EngineError(
    'invalid-argument',
    `The engine can't listen on ${text}: write --host unix:///PATH/estrato.sock or --host tcp://ADDRESS:PORT.`,
  );
}

/** The same as people write it. */
export function listenAddressText(address: ListenAddress): string {
  if (address.kind === 'unix') return `unix://${address.path}`;
  const { host, port } = address;
  return `tcp://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** Whether only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function unixAddress(path: string): ListenAddress {
  if (Buffer.byteLength(path) <= LONGEST_PATH) return { kind: 'unix', path };
  throw new EngineError(
    'invalid-argument',
    `The socket's path ${path} is longer than the ${LONGEST_PATH} bytes a unix socket may have; choose a shorter one with --host.`,
  );
}
