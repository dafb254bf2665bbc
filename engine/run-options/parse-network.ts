import { EngineError } from '#engine/contract/errors.ts';

import type { CreateBody, EndpointBody } from './create-body.ts';
import { parsePair, splitFields } from './pairs.ts';

/**
 * `--network NAME`, or `--network name=NAME,alias=db,ip=10.1.0.9`. The first is the container's network, the others are
 * joined too.
 * @throws EngineError `invalid-argument`.
 */
export function addNetwork(body: CreateBody, text: string): void {
  const isLong = /(^|,)name=/.test(text);
  const name = isLong ? joinByFields(body, splitFields(text).map(parsePair)) : text;
  body.HostConfig.NetworkMode ??= name;
  if (body.HostConfig.NetworkMode !== name) endpointOf(body, name);
}

/** What a container asks of one of its networks; made where it asked for nothing yet. */
export function endpointOf(body: CreateBody, network: string): EndpointBody {
  body.NetworkingConfig ??= { EndpointsConfig: {} };
  const { EndpointsConfig: endpoints } = body.NetworkingConfig;
  return (endpoints[network] ??= {});
}

function joinByFields(body: CreateBody, fields: readonly (readonly [string, string])[]): string {
  const name = fields.find(([key]) => key === 'name')?.[1] ?? '';
  if (name === '') throw new EngineError('invalid-argument', 'network name or ID is required');
  const endpoint = endpointOf(body, name);
  for (const [key, value] of fields) {
    if (key === 'alias') (endpoint.Aliases ??= []).push(value);
    else if (key === 'ip') endpoint.IPAMConfig = { ...endpoint.IPAMConfig, IPv4Address: value };
    else if (key === 'ip6') endpoint.IPAMConfig = { ...endpoint.IPAMConfig, IPv6Address: value };
    else if (key === 'mac-address') endpoint.MacAddress = value;
    else if (key !== 'name') throw new EngineError('invalid-argument', `invalid field key ${key}`);
  }
  return name;
}
