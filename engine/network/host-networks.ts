import { randomBytes } from 'node:crypto';

import { KeyedLock } from '#engine/async/keyed-lock.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { Step } from '#engine/runtime/encode-plan.ts';
import { bridgeStep, forgetStep, homeStep, unlinkStep } from '#engine/runtime/network-link.ts';

import { findAbandoned } from './abandoned-bridges.ts';
import type { EndpointTable } from './endpoint-table.ts';
import type { Endpoint } from './endpoint.ts';
import {
  chainsThatDrop,
  deletion,
  firewallRules,
  publicationChanges,
  publicationsOf,
  runFirewall,
  type Publication,
} from './firewall.ts';
import { forwardingSteps } from './forwarding.ts';
import { freeSubnet } from './free-subnet.ts';
import { GoneFlows } from './gone-flows.ts';
import { hostLinks } from './host-links.ts';
import { hostRoutes } from './host-routes.ts';
import { formatSubnet, overlap } from './ip-address.ts';
import { ownNetwork, type NetworkHome } from './network-home.ts';
import type { NameServers } from './name-server.ts';
import type { NetworkTable } from './network-table.ts';
import {
  BRIDGE_NAME_OPTION,
  gatewayPlaces,
  keepsApart,
  mtuOf,
  resolvesNames,
  subnetsOfNetwork,
  type Network,
} from './network.ts';

/** Performs steps in the network namespace of the engine, or in the one of a first step, up to the first that fails. */
export type ChangeNetworks = (steps: readonly Step[]) => Promise<void>;

interface HostParts {
  readonly changeNetworks: ChangeNetworks;
  readonly home: NetworkHome;
  /** 8 hex digits that no other engine on the machine has: bridges and the table of rules are named by them. */
  readonly key: string;
  /** What the alias of its bridges says (`ownersMark`). */
  readonly mark: string;
  readonly table: NetworkTable;
  readonly endpoints: EndpointTable;
  readonly names: NameServers;
}

/** A bridge stays so long without containers: the next one then finds it, and starts without anybody's help. */
const LINGER_MS = 10_000;

/** How often another subnet is tried when an engine beside this one takes the same at the same moment. */
const MOST_ATTEMPTS = 5;

/**
 * What there is of networks on the machine: bridges, and the rules about them.
 *
 * It follows the endpoints: a bridge is there while a container is in its network, and a while longer; without bridges
 * there are no rules, and where the engine has a network of its own for them, that is closed.
 */
export class HostNetworks implements AsyncDisposable {
  readonly key: string;
  readonly home: NetworkHome;
  readonly #parts: HostParts;
  readonly #up = new Map<string, Network>();
  readonly #held = new Map<string, number>();
  readonly #lock = new KeyedLock();
  readonly #flows: GoneFlows;
  #published = new Map<string, Publication>();
  #ability: Promise<HostAbility> | undefined;
  #lowering: NodeJS.Timeout | undefined;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.key = parts.key;
    this.home = parts.home;
    this.#flows = new GoneFlows(parts.endpoints, (addresses) => this.#forget(addresses));
  }

  /** Whether networks can be made here. Asked of the machine once. */
  async ability(): Promise<HostAbility> {
    this.#ability ??= askAbility(this.home);
    return this.#ability;
  }

  /** @throws EngineError `unsupported` with the reason why no network can be made here. */
  async requireAbility(): Promise<void> {
    const { reason } = await this.ability();
    if (reason !== undefined) throw new EngineError('unsupported', `Networks can't be made here: ${reason}`);
  }

  bridgeName({ id, config }: Network): string {
    return config.options[BRIDGE_NAME_OPTION] ?? `${this.#prefix}${id.slice(0, 7)}`;
  }

  /** Sees to it that the network's bridge is there, and stays until this is disposed or an endpoint needs it. */
  async raise(network: Network): Promise<Disposable> {
    const { id } = network;
    this.#held.set(id, (this.#held.get(id) ?? 0) + 1);
    const hold = { [Symbol.dispose]: () => this.#letGo(id) };
    try {
      if (!this.#up.has(id)) await this.#lock.exclusively('', () => this.#raise(id));
      return hold;
    } catch (error) {
      hold[Symbol.dispose]();
      throw error;
    }
  }

  /** Brings the rules about published ports in line with the endpoints that there are. */
  async publish(): Promise<void> {
    await this.#lock.exclusively('', async () => {
      const wanted = this.#wantedPublications();
      const added = [...wanted].filter(([key]) => !this.#published.has(key)).map(([, one]) => one);
      const removed = [...this.#published].filter(([key]) => !wanted.has(key)).map(([, one]) => one);
      if (this.#up.size === 0 || added.length + removed.length === 0) return;
      await runFirewall(this.home, publicationChanges(this.#tableName, { added, removed }));
      this.#published = wanted;
    });
  }

  /**
   * Endpoints have gone: rules go now, and the flows that came by them; in a while the bridges that nobody came back to,
   * and all other flows. Never throws.
   */
  settle(gone: readonly Endpoint[]): void {
    this.#flows.add(gone);
    // What could not be taken away is with the next change, or by the next engine.
    const settled = this.publish().catch(() => undefined);
    if (gone.some(({ ports }) => ports.length > 0)) void settled.then(() => this.#flows.forget());
    this.#lowering ??= setTimeout(() => {
      this.#lowering = undefined;
      void this.#flows.forget();
      this.lowerIdle().catch(() => undefined);
    }, LINGER_MS).unref();
  }

  /** Takes links away that their containers' end doesn't take along. Never throws. */
  unlink(names: readonly string[]): void {
    this.#change(names.map(unlinkStep)).catch(() => undefined);
  }

  /** Takes down the bridge of a network that nobody is in. */
  async lower({ id }: Network): Promise<void> {
    await this.#lock.exclusively('', () => this.#lower((candidate) => candidate.id === id));
  }

  async lowerIdle(): Promise<void> {
    await this.#lock.exclusively('', () => this.#lower(() => true));
  }

  /**
   * What an engine before this one has left is taken over where containers need it, and otherwise taken away.
   * @param gone places of containers that have ended without an engine.
   */
  async recover(gone: readonly Endpoint[]): Promise<void> {
    await this.#lock.exclusively('', async () => {
      const present = (await this.home.adopt()) ? await this.#ownBridges() : [];
      const needed = this.#parts.table.list().filter(({ id }) => this.#parts.endpoints.inNetwork(id).length > 0);
      if (present.length + needed.length === 0) return;
      const names = new Set(needed.map((network) => this.bridgeName(network)));
      const stale = present.filter((name) => !names.has(name));
      await this.home.open();
      for (const network of needed) this.#up.set(network.id, network);
      const missing = needed.filter((network) => !present.includes(this.bridgeName(network)));
      await this.#writeRules();
      const passing = await Promise.all(needed.map((network) => this.#passingSteps(network)));
      const bridges = missing.map((network) => this.#bridgeStep(network));
      await this.#change([...stale.map(unlinkStep), ...bridges, ...passing.flat()]);
      for (const network of needed) await this.#openNames(network);
      this.#flows.add(gone);
      await this.#flows.forget();
      if (needed.length === 0) await this.home.close();
    });
  }

  /** Takes away what engines have left whose data roots are no more. Never throws: the next start finds what is left. */
  async sweep(): Promise<void> {
    if (this.home !== ownNetwork) return;
    try {
      const abandoned = await findAbandoned();
      if (abandoned.length === 0) return;
      const tables = new Set(abandoned.map(({ key }) => tableOf(key)));
      await runFirewall(this.home, [...tables].map((table) => `${deletion(table)}\n`).join(''));
      await this.#change(abandoned.map(({ name }) => unlinkStep(name)));
    } catch {
      // Nothing of this engine's depends on it.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#lowering);
    await this.lowerIdle();
  }

  /** Where containers of a network that is up have their names from. Undefined: from wherever the machine has. */
  nameServer(network: Network): string | undefined {
    return this.#parts.names.address(network);
  }

  async #openNames(network: Network): Promise<void> {
    if (resolvesNames(network)) await this.#parts.names.open(network);
  }

  get #prefix(): string {
    return `es${this.key.slice(0, 6)}`;
  }

  get #tableName(): string {
    return tableOf(this.key);
  }

  #letGo(id: string): void {
    const left = (this.#held.get(id) ?? 1) - 1;
    if (left === 0) this.#held.delete(id);
    else this.#held.set(id, left);
    if (!this.#isNeeded(id)) this.settle([]);
  }

  #isNeeded(id: string): boolean {
    return this.#held.has(id) || this.#parts.endpoints.inNetwork(id).length > 0;
  }

  async #raise(id: string): Promise<void> {
    await this.home.open();
    for (let attempt = 1; !this.#up.has(id); attempt++) {
      const network = await this.#onFreeSubnet(id);
      try {
        await this.#make(network);
      } catch (error) {
        // The route is taken when an engine beside this one was faster; the next look at the routes finds it.
        if (attempt === MOST_ATTEMPTS || !(await this.#isRouted(network))) throw error;
      }
    }
  }

  async #make(network: Network): Promise<void> {
    const name = this.bridgeName(network);
    await this.#change([this.#bridgeStep(network)]);
    this.#up.set(network.id, network);
    try {
      await this.#change(await this.#passingSteps(network));
      await this.#writeRules();
      await this.#openNames(network);
    } catch (error) {
      this.#up.delete(network.id);
      await this.#change([unlinkStep(name)]);
      throw error;
    }
  }

  /** @throws EngineError with the launcher's sentence about the first step that failed. */
  async #change(steps: readonly Step[]): Promise<void> {
    const { namespace } = this.home;
    await this.#parts.changeNetworks([...(namespace === undefined ? [] : [homeStep(namespace)]), ...steps]);
  }

  /** A network that isn't open any more has taken its flows along. */
  async #forget(addresses: readonly string[]): Promise<void> {
    if (this.home === ownNetwork || this.home.namespace !== undefined) await this.#change([forgetStep(addresses)]);
  }

  async #passingSteps(network: Network): Promise<readonly Step[]> {
    const hasIpv6 = network.config.ipv6 !== undefined;
    return forwardingSteps(this.bridgeName(network), { hasIpv6, isShared: this.home !== ownNetwork });
  }

  #bridgeStep(network: Network): ReturnType<typeof bridgeStep> {
    const bytes = [0x02, 0x42, ...randomBytes(4)].map((byte) => byte.toString(16).padStart(2, '0'));
    return bridgeStep({
      name: this.bridgeName(network),
      hardwareAddress: bytes.join(':'),
      mtu: mtuOf(network),
      alias: this.#parts.mark,
      addresses: gatewayPlaces(network),
    });
  }

  /** A subnet that the engine has chosen gives way to what the machine has come to need it for. */
  async #onFreeSubnet(id: string): Promise<Network> {
    const routes = await hostRoutes(this.home);
    const network = this.#parts.table.find(id);
    const route = routes.find(({ subnet }) => subnetsOfNetwork(network).some((own) => overlap(own, subnet)));
    if (route === undefined) return network;
    const { config, name } = network;
    if (config.ipv4?.isChosen !== true) {
      throw new EngineError(
        'conflict',
        `The network ${name} can't be used: the machine has a route to ${formatSubnet(route.subnet)} through ${route.device}; take that away, or make the network anew with another subnet.`,
      );
    }
    const others = this.#parts.table.list().filter((other) => other.id !== id);
    return this.#parts.table.setConfig(id, { ...config, ipv4: freeSubnet(routes, others) });
  }

  async #isRouted(network: Network): Promise<boolean> {
    const routes = await hostRoutes(this.home);
    return routes.some(({ subnet }) => subnetsOfNetwork(network).some((own) => overlap(own, subnet)));
  }

  async #lower(isMeant: (network: Network) => boolean): Promise<void> {
    const idle = [...this.#up.values()].filter((network) => isMeant(network) && !this.#isNeeded(network.id));
    if (idle.length === 0) return;
    for (const { id } of idle) {
      this.#up.delete(id);
      this.#parts.names.close(id);
    }
    // The rules first: where there is no bridge, the next engine looks for no rules.
    await this.#writeRules();
    await this.#change(idle.map((network) => unlinkStep(this.bridgeName(network))));
    if (this.#up.size === 0) await this.home.close();
  }

  async #writeRules(): Promise<void> {
    const bridges = [...this.#up.values()].map((network) => ({
      name: this.bridgeName(network),
      isInternal: network.config.internal,
      keepsApart: keepsApart(network),
      subnets: subnetsOfNetwork(network),
    }));
    const wanted = this.#wantedPublications();
    await runFirewall(
      this.home,
      bridges.length === 0 ? deletion(this.#tableName) : firewallRules(this.#tableName, bridges, [...wanted.values()]),
    );
    this.#published = wanted;
  }

  /** An internal network is not to be got into. */
  #wantedPublications(): Map<string, Publication> {
    const open = this.#parts.endpoints
      .list()
      .filter(({ networkId, ports }) => ports.length > 0 && this.#up.get(networkId)?.config.internal === false);
    // Of two that want one port the first has it: the second is refused by the kernel when its shim listens.
    const all = open.flatMap(publicationsOf).toReversed();
    const first = new Map(all.map((one) => [`${one.map} ${one.key}`, one]));
    return new Map([...first.values()].map((one) => [`${one.map} ${one.key} ${one.target}`, one]));
  }

  /** By the engine's own names, and by those that people have chosen. */
  async #ownBridges(): Promise<readonly string[]> {
    const chosen = this.#parts.table.list().map((network) => this.bridgeName(network));
    const links = await hostLinks(this.home);
    return [...links].filter((name) => name.startsWith(this.#prefix) || chosen.includes(name));
  }
}

function tableOf(key: string): string {
  return `estrato_${key}`;
}

/** What a machine lets an engine do. */
export interface HostAbility {
  /** Why no network can be made: a sentence. */
  readonly reason?: string;
  /** Chains of others that keep containers from getting out, `family table chain`. */
  readonly dropping: readonly string[];
}

async function askAbility(home: NetworkHome): Promise<HostAbility> {
  try {
    const reason = await home.obstacle();
    if (reason !== undefined) return { reason, dropping: [] };
    // In a network that is the engine's alone there are no others.
    return { dropping: home === ownNetwork ? await chainsThatDrop(home) : [] };
  } catch (error) {
    return { reason: toEngineError(error).message, dropping: [] };
  }
}
