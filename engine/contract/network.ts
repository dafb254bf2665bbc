import { z } from 'zod';

import { containerRef } from './container.ts';

/** A container that is in a network, or will be when it runs. */
export const networkMember = z.object({
  id: z.string(),
  name: z.string(),
  running: z.boolean(),
  /** What others in the network may call it, beside its name. */
  aliases: z.array(z.string()),
  /** While it runs. */
  ipv4: z.string().optional(),
  ipv6: z.string().optional(),
  hardwareAddress: z.string().optional(),
});
export type NetworkMember = z.infer<typeof networkMember>;

/** A network, and who is in it. */
export const networkSummary = z.object({
  id: z.string(),
  name: z.string(),
  /** `host` and `null` are the two networks that are none. */
  driver: z.enum(['bridge', 'host', 'null']),
  /** Every engine has it, and it can't be removed. */
  isPredefined: z.boolean(),
  /** Whether its containers find one another by name. */
  resolvesNames: z.boolean(),
  /** Nothing gets in or out. */
  internal: z.boolean(),
  /** Unix milliseconds. */
  createdAt: z.int(),
  labels: z.record(z.string(), z.string()),
  /** Of each family that it has. */
  subnets: z.array(z.object({ subnet: z.string(), gateway: z.string() })),
  mtu: z.int(),
  members: z.array(networkMember),
});
export type NetworkSummary = z.infer<typeof networkSummary>;

/** What is left out, the engine chooses. */
export const networkCreate = z.object({
  name: z.string(),
  subnet: z.string().optional(),
  gateway: z.string().optional(),
  ipv6: z.boolean().optional(),
  internal: z.boolean().optional(),
  labels: z.record(z.string(), z.string()).optional(),
});
export type NetworkCreate = z.infer<typeof networkCreate>;

export const networkRef = z.string().min(1).max(256);

/** A container's place in one more network. */
export const networkConnect = z.object({
  network: networkRef,
  container: containerRef,
  aliases: z.array(z.string()).optional(),
  /** Addresses that nobody else has, of a network whose subnet somebody has chosen. */
  ipv4: z.string().optional(),
  ipv6: z.string().optional(),
});
