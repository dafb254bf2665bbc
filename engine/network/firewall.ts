import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

import { z } from 'zod';

import { EngineError } from '#engine/contract/errors.ts';

import type { Endpoint, PublishedPort } from './endpoint.ts';
import { formatSubnet, parseAddress, type Subnet } from './ip-address.ts';
import type { NetworkHome } from './network-home.ts';

/** A bridge as the rules see it. */
export interface GuardedBridge {
  readonly name: string;
  readonly isInternal: boolean;
  /** Containers reach the machine through it, and not one another. */
  readonly keepsApart: boolean;
  readonly subnets: readonly Subnet[];
}

/** An element of a map: what arrives at the machine for `key` goes on to `target`. */
export interface Publication {
  readonly map: 'any4' | 'one4' | 'any6' | 'one6';
  readonly key: string;
  readonly target: string;
}

/**
 * The engine's one table, whole: it takes the place of the one that is there in one transaction.
 *
 * The rules stand still; what changes are elements of sets and maps. Nobody else's table is looked at or touched.
 */
export function firewallRules(
  table: string,
  bridges: readonly GuardedBridge[],
  publications: readonly Publication[],
): string {
  const outward = bridges.filter(({ isInternal }) => !isInternal).flatMap(({ subnets }) => subnets);
  const names = bridges.map(({ name }) => quoted(name));
  const apart = bridges.filter(({ keepsApart }) => keepsApart).map(({ name }) => quoted(name));
  const together = names.filter((name) => !apart.includes(name));
  const internal = bridges.filter(({ isInternal }) => isInternal).map(({ name }) => quoted(name));
  const published = (map: Publication['map']): string[] => publications.filter((one) => one.map === map).map(element);
  return `${deletion(table)}
table inet ${table} {
  set bridges { type ifname; ${elements(names)} }
  set internal { type ifname; ${elements(internal)} }
  set apart { type ifname; ${elements(apart)} }
  set same { type ifname . ifname; ${elements(together.map((name) => `${name} . ${name}`))} }
  set outward4 { type ipv4_addr; flags interval; ${elements(familyOf(outward, 4))} }
  set outward6 { type ipv6_addr; flags interval; ${elements(familyOf(outward, 6))} }
  map any4 { type inet_proto . inet_service : ipv4_addr . inet_service; ${elements(published('any4'))} }
  map one4 { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; ${elements(published('one4'))} }
  map any6 { type inet_proto . inet_service : ipv6_addr . inet_service; ${elements(published('any6'))} }
  map one6 { type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service; ${elements(published('one6'))} }
${CHAINS}
}
`;
}

/** The table and everything in it, also where there is none. */
export function deletion(table: string): string {
  return `add table inet ${table}\ndelete table inet ${table}`;
}

/**
 * In the order of a packet's way. Its replies are accepted for being replies.
 *
 * A published port of a container's is open to everybody whom the machine's address is reachable for: other machines,
 * the machine, its containers in any network. What a container sends to one in its own network that way has to come back
 * the same way, so it leaves with the machine's address; so does what leaves 127.0.0.1, which route_localnet lets out.
 * [::1] is let out by nothing: the relay takes it. It also takes what comes from containers that are kept apart: where the
 * firewall looks at what passes a bridge (br_netfilter), a changed destination would be a port that theirs may not reach.
 */
const CHAINS = `
  chain guard {
    type filter hook prerouting priority raw;
    iifname @bridges ip daddr 127.0.0.0/8 drop
  }
  chain publish {
    dnat ip to ip daddr . meta l4proto . th dport map @one4
    dnat ip to meta l4proto . th dport map @any4
    ip6 daddr ::1 return
    dnat ip6 to ip6 daddr . meta l4proto . th dport map @one6
    dnat ip6 to meta l4proto . th dport map @any6
  }
  chain arriving {
    type nat hook prerouting priority dstnat;
    iifname @apart return
    fib daddr type local jump publish
  }
  chain local {
    type nat hook output priority -100;
    fib daddr type local jump publish
  }
  chain between {
    type filter hook forward priority filter;
    iifname . oifname @same accept
    ct state established,related accept
    ct status dnat oifname @bridges accept
    iifname @internal drop
    oifname @bridges drop
  }
  chain leaving {
    type nat hook postrouting priority srcnat;
    oifname @bridges ip saddr 127.0.0.0/8 masquerade
    oifname @bridges ct status dnat ip saddr @outward4 masquerade
    oifname @bridges ct status dnat ip6 saddr @outward6 masquerade
    oifname != @bridges ip saddr @outward4 masquerade
    oifname != @bridges ip6 saddr @outward6 masquerade
  }`;

/** Elements that come and go with a container. */
export function publicationChanges(
  table: string,
  { added, removed }: { readonly added: readonly Publication[]; readonly removed: readonly Publication[] },
): string {
  return [
    ...removed.map((one) => `delete element inet ${table} ${one.map} { ${one.key} }`),
    ...added.map((one) => `add element inet ${table} ${one.map} { ${element(one)} }`),
    '',
  ].join('\n');
}

/** What the kernel itself passes on to a container; the relay does the rest. */
export function publicationsOf({ ipv4, ipv6, ports }: Endpoint): Publication[] {
  return ports.flatMap((port) => {
    const target = parseAddress(port.hostAddress)?.family === 6 ? ipv6 : ipv4;
    return target === undefined ? [] : [publication(port, target)];
  });
}

function publication({ hostAddress, hostPort, protocol, containerPort }: PublishedPort, target: string): Publication {
  const family = parseAddress(hostAddress)?.family === 6 ? 6 : 4;
  const to = `${target} . ${containerPort}`;
  const port = `${protocol} . ${hostPort}`;
  if (hostAddress === '0.0.0.0' || hostAddress === '::') return { map: `any${family}`, key: port, target: to };
  return { map: `one${family}`, key: `${hostAddress} . ${port}`, target: to };
}

function element({ key, target }: Publication): string {
  return `${key} : ${target}`;
}

function elements(all: readonly string[]): string {
  return all.length === 0 ? '' : `elements = { ${[...new Set(all)].join(', ')} };`;
}

function familyOf(subnets: readonly Subnet[], family: 4 | 6): string[] {
  return subnets.filter((subnet) => subnet.family === family).map(formatSubnet);
}

function quoted(name: string): string {
  return `"${name}"`;
}

/** Performs commands of nft(8), all or none. @throws EngineError `unavailable` with what it says. */
export async function runFirewall(home: NetworkHome, commands: string): Promise<void> {
  await nft(home, ['-f', '-'], commands);
}

const chains = z.object({
  nftables: z.array(
    z.object({
      chain: z
        .object({ family: z.string(), table: z.string(), name: z.string(), hook: z.string(), policy: z.string() })
        .partial()
        .optional(),
    }),
  ),
});

/**
 * Chains of others that drop what the machine passes on unless a rule says otherwise: no container gets out where there is
 * one, and nobody in.
 */
export async function chainsThatDrop(home: NetworkHome): Promise<readonly string[]> {
  const found = chains.parse(JSON.parse(await nft(home, ['-j', 'list', 'chains'], '')));
  return found.nftables.flatMap(({ chain }) =>
    chain?.hook === 'forward' && chain.policy === 'drop' ? [`${chain.family} ${chain.table} ${chain.name}`] : [],
  );
}

/** A service's PATH often lacks where administrators' programs are. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;

async function nft(home: NetworkHome, asked: readonly string[], input: string): Promise<string> {
  const { program, args } = home.within({ program: 'nft', args: asked });
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, PATH } });
  const ended = Promise.withResolvers<number | null>();
  child.once('error', ended.reject).once('close', ended.resolve);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  try {
    const [code, said, complaint] = await Promise.all([ended.promise, text(child.stdout), text(child.stderr)]);
    if (code === 0) return said;
    throw new EngineError('unavailable', `nft can't change the rules of the machine: ${complaint.trim()}`);
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    throw new EngineError('unavailable', 'The program nft is not there; install the package nftables.', { cause });
  }
}
