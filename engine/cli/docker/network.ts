import { Command } from 'commander';
import { z } from 'zod';

import type { DockerHttp } from '#engine/client/docker-http.ts';
import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';
import { repeated } from '#engine/cli/repeated.ts';
import { parsePair } from '#engine/run-options/pairs.ts';

import { confirm } from './confirm.ts';
import { eachOf } from './each-of.ts';
import { filtersQuery, withFilter } from './filters.ts';
import { inspectCommand } from './inspect.ts';
import { formatRows, withRows, type Columns, type RowOptions } from './show-rows.ts';
import { withDocker } from './with-docker.ts';

export function addNetwork(program: Command): void {
  const network = program.command('network').description('networks that containers are on');
  for (const command of [ls(), create(), rm(), inspectCommand('network'), connect(), disconnect(), prune()])
    network.addCommand(command);
}

const listed = z.array(
  z.object({
    Id: z.string(),
    Name: z.string(),
    Driver: z.string(),
    Scope: z.string(),
    Created: z.string(),
    Internal: z.boolean(),
    EnableIPv6: z.boolean(),
    Labels: z.record(z.string(), z.string()).nullable(),
  }),
);

const columns: Columns = [
  ['NETWORK ID', 'ID'],
  ['NAME', 'Name'],
  ['DRIVER', 'Driver'],
  ['SCOPE', 'Scope'],
];

interface ListOptions extends PlaceOptions, RowOptions {
  readonly filter: readonly string[];
  readonly trunc: boolean;
}

function ls(): Command {
  return withRows(withFilter(withPlace(new Command('ls').alias('list'))))
    .description('list them')
    .option('--no-trunc', 'ids whole')
    .option('-q, --quiet', 'only ids')
    .action(({ filter, format, quiet, trunc, ...options }: ListOptions) =>
      withDocker(options, async (docker) => {
        const found = listed.parse(await docker.ask('GET', '/networks', { query: { filters: filtersQuery(filter) } }));
        const rows = found.map(({ Id, Name, Driver, Scope, Created, Internal, EnableIPv6, Labels }) => ({
          ID: trunc ? Id.slice(0, 12) : Id,
          Name,
          Driver,
          Scope,
          CreatedAt: Created,
          Internal: String(Internal),
          IPv6: String(EnableIPv6),
          Labels: Object.entries(Labels ?? {})
            .map(([name, value]) => `${name}=${value}`)
            .join(','),
        }));
        if (quiet === true) process.stdout.write(rows.map(({ ID }) => `${ID}\n`).join(''));
        else process.stdout.write(formatRows(format, rows, columns));
      }),
    );
}

interface CreateOptions extends PlaceOptions {
  readonly driver?: string;
  readonly subnet?: readonly string[];
  readonly gateway?: readonly string[];
  readonly ipRange?: readonly string[];
  readonly internal?: true;
  readonly attachable?: true;
  readonly ipv6?: true;
  readonly label?: readonly string[];
  readonly opt?: readonly string[];
}

const created = z.object({ Id: z.string() });

function create(): Command {
  return withPlace(new Command('create'))
    .description('make one')
    .argument('<name>')
    .option('-d, --driver <driver>', 'what kind', 'bridge')
    .option('--subnet <subnet>', 'its addresses: 10.9.0.0/24', repeated)
    .option('--gateway <address>', "the machine's own in it", repeated)
    .option('--ip-range <range>', 'where in the subnet containers are', repeated)
    .option('--internal', 'nothing of it gets out')
    .option('--attachable', 'taken, and says nothing here')
    .option('--ipv6', 'with IPv6 too')
    .option('--label <label>', 'NAME=value', repeated)
    .option('-o, --opt <option>', 'NAME=value, of its driver', repeated)
    .action((name: string, options: CreateOptions) =>
      withDocker(options, async (docker) => {
        const {
          driver,
          subnet = [],
          gateway = [],
          ipRange = [],
          internal,
          attachable,
          ipv6,
          label = [],
          opt = [],
        } = options;
        const pools = Math.max(subnet.length, gateway.length, ipRange.length);
        const Config = Array.from({ length: pools }, (_, index) => ({
          Subnet: subnet[index],
          Gateway: gateway[index],
          IPRange: ipRange[index],
        }));
        const body = {
          Name: name,
          Driver: driver,
          Internal: internal,
          Attachable: attachable,
          EnableIPv6: ipv6,
          Labels: Object.fromEntries(label.map(parsePair)),
          Options: Object.fromEntries(opt.map(parsePair)),
          IPAM: { Config },
        };
        process.stdout.write(`${created.parse(await docker.ask('POST', '/networks/create', { body })).Id}\n`);
      }),
    );
}

function rm(): Command {
  return withPlace(new Command('rm').alias('remove'))
    .description('remove some that nobody is on')
    .argument('<network...>')
    .option('-f, --force', 'one that is not there is no failure')
    .action((names: readonly string[], options: PlaceOptions) =>
      withDocker(options, (docker) => eachOf(names, async (name) => void (await docker.ask('DELETE', pathOf(name))))),
    );
}

interface ConnectOptions extends PlaceOptions {
  readonly alias?: readonly string[];
  readonly ip?: string;
  readonly ip6?: string;
  readonly link?: readonly string[];
  readonly force?: true;
}

function connect(): Command {
  return withPlace(new Command('connect'))
    .description('put a container on one more')
    .argument('<network>')
    .argument('<container>')
    .option('--alias <name>', 'what others there call it', repeated)
    .option('--ip <address>', 'its IPv4 address there')
    .option('--ip6 <address>', 'its IPv6 address there')
    .option('--link <container>', 'NAME[:ALIAS] of another', repeated)
    .action((name: string, container: string, options: ConnectOptions) =>
      withDocker(options, async (docker) => {
        const { alias: Aliases, ip: IPv4Address, ip6: IPv6Address, link: Links } = options;
        const EndpointConfig = { Aliases, Links, IPAMConfig: { IPv4Address, IPv6Address } };
        await docker.ask('POST', `${pathOf(name)}/connect`, { body: { Container: container, EndpointConfig } });
      }),
    );
}

function disconnect(): Command {
  return withPlace(new Command('disconnect'))
    .description('take a container off one')
    .argument('<network>')
    .argument('<container>')
    .option('-f, --force', 'whatever becomes of it')
    .action((name: string, container: string, { force, ...options }: ConnectOptions) =>
      withDocker(options, async (docker) => {
        await docker.ask('POST', `${pathOf(name)}/disconnect`, { body: { Container: container, Force: force } });
      }),
    );
}

const pruned = z.object({ NetworksDeleted: z.array(z.string()).nullable() });

function prune(): Command {
  return withFilter(withPlace(new Command('prune')))
    .description('remove those that no container is on')
    .option('--force', 'without asking')
    .action(({ filter, force, ...options }: ListOptions & { readonly force?: true }) =>
      withDocker(options, async (docker) => {
        if (await confirm('This will remove all custom networks not used by at least one container.', force))
          process.stdout.write(await pruneNetworks(docker, filter));
      }),
    );
}

/** @returns what is told of it. */
export async function pruneNetworks(docker: DockerHttp, filter: readonly string[]): Promise<string> {
  const answer = await docker.ask('POST', '/networks/prune', { query: { filters: filtersQuery(filter) } });
  const gone = pruned.parse(answer).NetworksDeleted ?? [];
  return gone.length === 0 ? '' : `Deleted Networks:\n${gone.map((name) => `${name}\n`).join('')}\n`;
}

function pathOf(name: string): string {
  return `/networks/${encodeURIComponent(name)}`;
}
