import { z } from 'zod';

import type { Container } from './container.ts';
import { portWish } from './port-wishes.ts';

/** A network that a container is in whenever it runs, and what it asks for there. */
export const attachment = z.object({
  /** The network's id. */
  network: z.string(),
  /** What others in the network may call it, beside its name. */
  aliases: z.array(z.string()),
  /** `container:alias`, the container by its id. */
  links: z.array(z.string()),
  ipv4: z.string().optional(),
  ipv6: z.string().optional(),
  hardwareAddress: z.string().optional(),
});
export type Attachment = Readonly<z.infer<typeof attachment>>;

/** What is written to the container's resolv.conf instead of the machine's. */
export const dnsConfig = z.object({
  servers: z.array(z.string()),
  search: z.array(z.string()),
  options: z.array(z.string()),
});
export type DnsConfig = Readonly<z.infer<typeof dnsConfig>>;

/** How a container's network is recorded. Where `networks` lacks, an engine without any has made it. */
export const networkFields = {
  /** `default`, `none`, `host`, `container:ID`, or the network it was created in as it was asked for. */
  network: z.string(),
  networks: z.array(attachment).optional(),
  dns: dnsConfig.optional(),
  ports: z.array(portWish).optional(),
  /** Those that are exposed and not in `ports`, too. */
  publishAllPorts: z.boolean().optional(),
};

/** The id of the container whose network this one uses. */
export function networkOwner({ network }: { readonly network: string }): string | undefined {
  return network.startsWith('container:') ? network.slice('container:'.length) : undefined;
}

export function attachmentsOf({ config }: Container): readonly Attachment[] {
  return config.networks ?? [];
}
