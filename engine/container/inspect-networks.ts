import { portMap, type PortMap } from './container-ports.ts';
import type { ContainerParts } from './container-parts.ts';
import { isUp, type Container } from './container.ts';
import { networksOf, nowhere, type NetworkSettings } from './network-settings.ts';

type Place = Omit<NetworkSettings[string], 'NetworkID' | 'IPAMConfig' | 'Links' | 'Aliases' | 'DNSNames'>;

/** `NetworkSettings` of the Docker Engine API. The place in the default bridge is told twice, as before there were others. */
export interface InspectedNetworks extends Place {
  readonly Bridge: string;
  readonly SandboxID: string;
  /** A file to enter the network by. */
  readonly SandboxKey: string;
  readonly HairpinMode: boolean;
  readonly LinkLocalIPv6Address: string;
  readonly LinkLocalIPv6PrefixLen: number;
  readonly SecondaryIPAddresses: null;
  readonly SecondaryIPv6Addresses: null;
  readonly Ports: PortMap;
  readonly Networks: NetworkSettings;
}

export function inspectNetworks(parts: ContainerParts, container: Container): InspectedNetworks {
  const { state, id } = container;
  const networks = networksOf(parts, container);
  const {
    NetworkID: _,
    IPAMConfig: __,
    Links: ___,
    Aliases: ____,
    DNSNames: _____,
    ...place
  } = networks['bridge'] ?? nowhere;
  return {
    Bridge: '',
    SandboxID: isUp(state) ? id : '',
    SandboxKey: isUp(state) ? `/proc/${state.pid}/ns/net` : '',
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    Ports: portMap(parts, container),
    ...place,
    Networks: networks,
  };
}
