import { z } from 'zod';

/** A port of the machine's that leads to one of a container's. */
export const publishedPort = z.object({
  protocol: z.enum(['tcp', 'udp']),
  containerPort: z.int(),
  hostPort: z.int(),
  /** Of the machine: `0.0.0.0` and `::` are every one of the family's. */
  hostAddress: z.string(),
});
export type PublishedPort = Readonly<z.infer<typeof publishedPort>>;

export const endpointDetails = z.object({
  /** The name of the link on the machine's side. */
  hostName: z.string(),
  /** In the container: `eth0`. */
  interfaceName: z.string(),
  hardwareAddress: z.string(),
  /** Names that others in the network have for it, beside the container's own. */
  aliases: z.array(z.string()),
  /** `container:alias`: names that only this container has for others. */
  links: z.array(z.string()),
  /** The container's default routes lead here. */
  isGateway: z.boolean(),
  ports: z.array(publishedPort),
});

export const endpoint = endpointDetails.extend({
  /** 64 hex digits. */
  id: z.string(),
  networkId: z.string(),
  containerId: z.string(),
  ipv4: z.string().optional(),
  ipv6: z.string().optional(),
});
/** A running container's place in a network. */
export type Endpoint = Readonly<z.infer<typeof endpoint>>;
