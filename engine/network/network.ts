import { z } from 'zod';

import type { AddressSpace } from './choose-address.ts';
import { parseAddress, parseSubnet, type Subnet } from './ip-address.ts';

const texts = z.record(z.string(), z.string());

/** Of one family. Addresses are written as in the network's own terms: `172.18.0.0/16`, `172.18.0.1`. */
export const networkSubnet = z.object({
  subnet: z.string(),
  gateway: z.string(),
  /** The part of it that containers are given addresses of. */
  range: z.string().optional(),
  /** What people keep for themselves, by their name for it. */
  reserved: texts.optional(),
  /** Nobody has asked for it: another does as well, should the machine come to need this one. */
  isChosen: z.boolean(),
});
export type NetworkSubnet = Readonly<z.infer<typeof networkSubnet>>;

export const networkConfig = z.object({
  /** `host` and `null` are the two networks that are none. */
  driver: z.enum(['bridge', 'host', 'null']),
  ipv4: networkSubnet.optional(),
  ipv6: networkSubnet.optional(),
  /** Nothing gets in or out. */
  internal: z.boolean(),
  attachable: z.boolean(),
  labels: texts,
  /** The driver's, as they were given. */
  options: texts,
});
export type NetworkConfig = Readonly<z.infer<typeof networkConfig>>;

export const network = z.object({
  /** 64 hex digits. */
  id: z.string(),
  name: z.string(),
  /** Unix milliseconds. */
  createdAt: z.int(),
  config: networkConfig,
});
/** A network as it stands: a value, replaced in the table by each change. */
export type Network = Readonly<z.infer<typeof network>>;

/** The networks that every engine has. `bridge` is what a container gets that asks for none. */
export const PREDEFINED = ['bridge', 'host', 'none'] as const;

export function isPredefined(name: string): boolean {
  return PREDEFINED.some((known) => known === name);
}

/** The default bridge: its containers find one another by address alone, as Docker has it. */
export function resolvesNames({ name, config }: Network): boolean {
  return config.driver === 'bridge' && name !== 'bridge';
}

/** Docker's names of what a bridge can be told. */
export const MTU_OPTION = 'com.docker.network.driver.mtu';
export const BRIDGE_NAME_OPTION = 'com.docker.network.bridge.name';
export const ICC_OPTION = 'com.docker.network.bridge.enable_icc';

/** What Docker takes for yes and no, which is what Go does (strconv.ParseBool). */
const YES: readonly string[] = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const NO: readonly string[] = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** Undefined when it is neither. */
export function parseFlag(text: string): boolean | undefined {
  if (YES.includes(text)) return true;
  return NO.includes(text) ? false : undefined;
}

/** Whether containers of one network are kept from one another: only what they publish is reached. */
export function keepsApart({ config }: Network): boolean {
  return parseFlag(config.options[ICC_OPTION] ?? 'true') === false;
}

const DEFAULT_MTU = 1500;

export function mtuOf({ config }: Network): number {
  return Number(config.options[MTU_OPTION] ?? DEFAULT_MTU);
}

/** What is stored was checked: undefined is only a network without the family. */
export function spaceOf(found: NetworkSubnet | undefined): AddressSpace | undefined {
  const subnet = found === undefined ? undefined : parseSubnet(found.subnet);
  if (found === undefined || subnet === undefined) return undefined;
  const { gateway, range, reserved = {} } = found;
  return {
    subnet,
    range: range === undefined ? undefined : parseSubnet(range),
    kept: [gateway, ...Object.values(reserved)].flatMap((text) => parseAddress(text) ?? []),
  };
}

export function subnetsOfNetwork({ config }: Network): Subnet[] {
  return [config.ipv4, config.ipv6].flatMap((family) => spaceOf(family)?.subnet ?? []);
}

/** `172.18.0.1/16`, of each family. */
export function gatewayPlaces({ config }: Network): string[] {
  return [config.ipv4, config.ipv6].flatMap((family) =>
    family === undefined ? [] : [`${family.gateway}/${family.subnet.split('/')[1] ?? ''}`],
  );
}
