import { isIP } from 'node:net';

export type Family = 4 | 6;

/** An address of either family, as a number. */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** All addresses that begin with the same `prefix` bits; `value` is the first of them. */
export interface Subnet extends Address {
  readonly prefix: number;
}

export function bitsOf(family: Family): number {
  return family === 4 ? 32 : 128;
}

/** Undefined for what is no address. */
export function parseAddress(text: string): Address | undefined {
  const family = isIP(text);
  if (family === 4) return { family, value: parseV4(text) };
  if (family === 6) return { family, value: parseV6(text) };
  return undefined;
}

/** IPv6 as RFC 5952 has it. */
export function formatAddress({ family, value }: Address): string {
  return family === 4 ? formatV4(value) : formatV6(value);
}

/** `172.17.0.0/16`. Undefined for anything else, also for an address within a network. */
export function parseSubnet(text: string): Subnet | undefined {
  const found = parsePlace(text);
  return found === undefined || found.value !== firstOf(found).value ? undefined : found;
}

/** `172.17.0.5/16` as the network that the address is in. */
export function subnetOf(text: string): Subnet | undefined {
  const found = parsePlace(text);
  return found === undefined ? undefined : { ...found, value: firstOf(found).value };
}

export function formatSubnet(subnet: Subnet): string {
  return `${formatAddress(subnet)}/${subnet.prefix}`;
}

export function firstOf({ family, value, prefix }: Subnet): Address {
  const rest = hostBits({ family, prefix });
  return { family, value: (value >> rest) << rest };
}

export function lastOf(subnet: Subnet): Address {
  const { family, value } = firstOf(subnet);
  return { family, value: value | ((1n << hostBits(subnet)) - 1n) };
}

export function contains(subnet: Subnet, address: Address): boolean {
  const rest = hostBits(subnet);
  return subnet.family === address.family && subnet.value >> rest === address.value >> rest;
}

export function overlap(one: Subnet, other: Subnet): boolean {
  return one.prefix <= other.prefix ? contains(one, other) : contains(other, one);
}

function hostBits({ family, prefix }: Pick<Subnet, 'family' | 'prefix'>): bigint {
  return BigInt(bitsOf(family) - prefix);
}

function parsePlace(text: string): Subnet | undefined {
  const [, address = '', digits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const found = parseAddress(address);
  const prefix = Number(digits);
  return found === undefined || prefix > bitsOf(found.family) ? undefined : { ...found, prefix };
}

function parseV4(text: string): bigint {
  return text.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

/** The last two groups may be written as an IPv4 address; a zone says nothing about the address. */
function parseV6(text: string): bigint {
  const [bare = ''] = text.split('%');
  const tail = /[^:]*\.[^:]*$/.exec(bare)?.[0];
  const v4 = tail === undefined ? 0n : parseV4(tail);
  const groups =
    tail === undefined
      ? bare
      : `${bare.slice(0, -tail.length)}${(v4 >> 16n).toString(16)}:${(v4 & 0xffffn).toString(16)}`;
  const [head = '', rest] = groups.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = rest === undefined || rest === '' ? [] : rest.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function formatV4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
}

function formatV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) => ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16));
  const zeros = [...groups.join(':').matchAll(/(?<![^:])0(:0)+(?![^:])/g)].map(([run]) => run);
  const longest = zeros.toSorted((one, other) => other.length - one.length)[0];
  if (longest === undefined) return groups.join(':');
  const text = groups.join(':').replace(new RegExp(`(^|:)${longest}(:|$)`), '::');
  return text;
}
