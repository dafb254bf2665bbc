import { z } from 'zod';

import type { EndpointRequest } from '#engine/container/create-request.ts';
import type { PortRequest } from '#engine/container/port-wishes.ts';
import type { NetworkRequest } from '#engine/network/create-network.ts';

import { strings, text } from './query.ts';

const textField = z.string().nullish();
const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? undefined);

/** `EndpointSettings` of the Docker Engine API: what can be asked for. */
export const endpointBody = z.object({
  Aliases: strings,
  Links: strings,
  MacAddress: textField,
  IPAMConfig: z.object({ IPv4Address: textField, IPv6Address: textField }).nullish(),
});
type EndpointBody = z.infer<typeof endpointBody>;

/** In the engine's own words. */
export function endpointOf(body: EndpointBody | null | undefined): EndpointRequest {
  return {
    aliases: body?.Aliases,
    links: body?.Links,
    ipv4: body?.IPAMConfig?.IPv4Address ?? undefined,
    ipv6: body?.IPAMConfig?.IPv6Address ?? undefined,
    hardwareAddress: body?.MacAddress ?? undefined,
  };
}

export function endpointsOf(
  bodies: Readonly<Record<string, EndpointBody | null | undefined>> | null | undefined,
): Record<string, EndpointRequest> {
  return Object.fromEntries(Object.entries(bodies ?? {}).map(([name, body]) => [name, endpointOf(body)]));
}

/** `PortMap` of the Docker Engine API. */
export const portBindings = z
  .record(z.string(), z.array(z.object({ HostIp: textField, HostPort: textField })).nullish())
  .nullish()
  .transform((bindings): PortRequest[] =>
    Object.entries(bindings ?? {}).flatMap(([port, hosts]) =>
      (hosts ?? []).map(({ HostIp, HostPort }) => ({
        port,
        hostAddress: HostIp ?? undefined,
        hostPort: HostPort ?? undefined,
      })),
    ),
  );

/** `NetworkCreateRequest` of the Docker Engine API. */
export const networkBody = z.object({
  Name: z.string(),
  Driver: text,
  Internal: z.boolean().nullish(),
  Attachable: z.boolean().nullish(),
  Ingress: z.boolean().nullish(),
  ConfigOnly: z.boolean().nullish(),
  EnableIPv6: z.boolean().nullish(),
  Options: texts,
  Labels: texts,
  IPAM: z
    .object({
      Driver: textField,
      Config: z
        .array(
          z.object({
            Subnet: textField,
            IPRange: textField,
            Gateway: textField,
            AuxiliaryAddresses: texts,
            AuxAddress: texts,
          }),
        )
        .nullish(),
    })
    .nullish(),
});

export function networkRequestOf(body: z.infer<typeof networkBody>): NetworkRequest {
  return {
    name: body.Name,
    driver: body.Driver,
    subnets: (body.IPAM?.Config ?? []).map(({ Subnet, IPRange, Gateway, AuxiliaryAddresses, AuxAddress }) => ({
      subnet: Subnet ?? undefined,
      range: IPRange ?? undefined,
      gateway: Gateway ?? undefined,
      reserved: AuxiliaryAddresses ?? AuxAddress,
    })),
    ipv6: body.EnableIPv6 ?? false,
    internal: body.Internal ?? false,
    attachable: body.Attachable ?? false,
    labels: body.Labels,
    options: body.Options,
  };
}
