import { EngineError } from '#engine/contract/errors.ts';

import {
  bitsOf,
  contains,
  firstOf,
  formatAddress,
  formatSubnet,
  lastOf,
  overlap,
  parseSubnet,
  subnetOf,
  type Address,
  type Subnet,
} from './ip-address.ts';

/** What networks are given when nobody says what: Docker's, so that nobody's routes are surprised. */
const pools: readonly { readonly from: string; readonly prefix: number }[] = [
  ...Array.from({ length: 15 }, (_, at) => ({ from: `172.${17 + at}.0.0/16`, prefix: 16 })),
  { from: '192.168.0.0/16', prefix: 20 },
];

/**
 * The first subnet that nobody has.
 *
 * @param taken of other networks, and what the machine has a route to: a container would hide it from the others.
 * @throws EngineError `conflict` when everything is taken.
 */
export function chooseSubnet(taken: readonly Subnet[]): Subnet {
  for (const { from, prefix } of pools) {
    for (const candidate of splitInto(from, prefix)) {
      if (!taken.some((other) => overlap(candidate, other))) return candidate;
    }
  }
  throw new EngineError(
    'conflict',
    'All predefined address pools have been fully subnetted: name a subnet with --subnet, or remove networks that nobody uses.',
  );
}

/**
 * A subnet of unique local addresses (RFC 4193) that nobody else has.
 *
 * @param seed 14 hex digits, as unlike others' as they can be.
 */
export function chooseSubnet6(seed: string): Subnet {
  return { family: 6, value: (0xfdn << 120n) | (BigInt(`0x${seed}`) << 64n), prefix: 64 };
}

function* splitInto(text: string, prefix: number): Generator<Subnet> {
  const whole = parseSubnet(text);
  if (whole === undefined) return;
  const step = 1n << BigInt(bitsOf(whole.family) - prefix);
  for (let value = whole.value; contains(whole, { family: whole.family, value }); value += step) {
    yield { family: whole.family, value, prefix };
  }
}

/** Where a network's addresses come from. */
export interface AddressSpace {
  readonly subnet: Subnet;
  /** The part that is handed out; all of it when left out. */
  readonly range?: Subnet | undefined;
  /** Never handed out: the gateway, and what people keep for themselves. */
  readonly kept: readonly Address[];
}

/**
 * The first address after `after` that nobody has, beginning anew at the end: an address that was just given back
 * rests for as long as there are others, and so do the caches of those who knew its holder.
 *
 * @throws EngineError `conflict` when all are in use.
 */
export function chooseAddress(space: AddressSpace, isTaken: (address: string) => boolean, after?: Address): Address {
  const { subnet, range = subnet } = space;
  const first = firstOf(range).value;
  const last = lastOf(range).value;
  const begin = after !== undefined && after.value >= first && after.value < last ? after.value + 1n : first;
  const isFree = (value: bigint): boolean => {
    const address = { family: subnet.family, value };
    return isUsable(space, address) && !isTaken(formatAddress(address));
  };
  for (let value = begin; value <= last; value++) if (isFree(value)) return { family: subnet.family, value };
  for (let value = first; value < begin; value++) if (isFree(value)) return { family: subnet.family, value };
  throw new EngineError(
    'conflict',
    `no available addresses in ${formatSubnet(range)}: all are in use; stop a container, or make a larger network.`,
  );
}

/** Whether a container can have it: the network's own name and its broadcast address nobody can. */
export function isUsable({ subnet, kept }: AddressSpace, address: Address): boolean {
  if (!contains(subnet, address) || kept.some(({ value }) => value === address.value)) return false;
  if (subnet.family === 4 && subnet.prefix >= 31) return true;
  if (address.value === firstOf(subnet).value) return false;
  return subnet.family === 6 || address.value !== lastOf(subnet).value;
}

/** The gateway of a network that nobody has named one for. */
export function firstUsable(subnet: Subnet, range: Subnet = subnet): Address {
  return chooseAddress({ subnet, range, kept: [] }, () => false);
}

/** Of addresses and networks in the words of a person or a file. */
export function subnetsOf(texts: readonly string[]): Subnet[] {
  return texts.flatMap((text) => subnetOf(text) ?? []);
}
