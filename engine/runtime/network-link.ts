import { step, type Step } from './encode-plan.ts';

/** A link between a bridge of the machine's and a container. */
export interface NetworkLink {
  /** At most 15 bytes, of nobody else's link. */
  readonly hostName: string;
  readonly bridge: string;
  /** A file of the network namespace that the bridge is in, if it isn't the engine's. */
  readonly home?: string | undefined;
  /** In the container: `eth0`. */
  readonly name: string;
  /** `02:42:ac:11:00:02`. */
  readonly hardwareAddress: string;
  readonly mtu: number;
  /** Reaches the bridge, and nobody else on it who is so, too. */
  readonly isIsolated?: boolean;
  /** Where everything goes that isn't on the link. */
  readonly gateway4?: string | undefined;
  readonly gateway6?: string | undefined;
  /** `172.17.0.2/16`, of both families. */
  readonly addresses: readonly string[];
}

/** A port of the machine's that leads to one of a container's. */
export interface PortRelay {
  readonly protocol: 'tcp' | 'udp';
  /** `0.0.0.0` and `::` are every address of the family's. */
  readonly hostAddress: string;
  readonly hostPort: number;
  readonly address: string;
  readonly port: number;
  /** A file of the network namespace that the container's address is in, if it isn't the engine's. */
  readonly home?: string | undefined;
}

/** A bridge, with the addresses that are the gateway's: `172.17.0.1/16`. */
export interface Bridge {
  readonly name: string;
  readonly hardwareAddress: string;
  readonly mtu: number;
  /** Words for people and programs that look at it; at most 255 bytes. */
  readonly alias?: string;
  readonly addresses: readonly string[];
}

/** What the shim does for a container, asked to by the step's turn in the container. */
export function linkStep(link: NetworkLink): Step {
  const { hostName, bridge, home = '', name, hardwareAddress, mtu, isIsolated = false } = link;
  // What was always there keeps its place: the shim may be of an engine before this one.
  const place = isIsolated ? [home, 'isolated'] : home === '' ? [] : [home];
  return step('link', hostName, bridge, name, hardwareAddress, mtu, ...place);
}

/** What the shim does before there is a container. */
export function publishStep({ protocol, hostAddress, hostPort, address, port, home }: PortRelay): Step {
  return step('publish', protocol, hostAddress, hostPort, address, port, ...(home === undefined ? [] : [home]));
}

/** What the container does at its end of a link. */
export function interfaceStep({ name, gateway4 = '', gateway6 = '', addresses }: NetworkLink): Step {
  return step('interface', name, gateway4, gateway6, ...addresses);
}

export function bridgeStep({ name, hardwareAddress, mtu, alias = '', addresses }: Bridge): Step {
  return step('bridge', name, hardwareAddress, mtu, alias, ...addresses);
}

export function unlinkStep(name: string): Step {
  return step('unlink', name);
}

/** A setting below /proc/sys/net. */
export function settingStep(name: string, value: string): Step {
  return step('setting', name, value);
}

/** What comes after it is done in another network namespace. */
export function homeStep(namespace: string): Step {
  return step('home', namespace);
}

/** Addresses that nobody has any more: the kernel knows no flows from or to them after it. */
export function forgetStep(addresses: readonly string[]): Step {
  return step('forget', ...addresses);
}
