import { Command } from 'commander';

import { formatAge } from '#engine/cli/format.ts';
import { portsText } from '#engine/cli/docker/ports-text.ts';
import { formatRows, withRows, type Columns, type RowOptions } from '#engine/cli/docker/show-rows.ts';
import { withDocker } from '#engine/cli/docker/with-docker.ts';
import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';
import { repeated } from '#engine/cli/repeated.ts';
import type { DockerHttp } from '#engine/client/docker-http.ts';

import { takeDown } from './down.ts';
import { buildService } from './images.ts';
import { loadProject, nameOfProject, type ProjectOptions } from './load-project.ts';
import { projectContainers, type ProjectContainer } from './project-containers.ts';
import { showLogs } from './project-logs.ts';
import { upCommand } from './up.ts';

/** What was said before the verb, of which project it is. */
type ComposeOptions = PlaceOptions & ProjectOptions;

export function addCompose(program: Command): void {
  const compose = withPlace(program.command('compose'))
    .description('several containers by a file: compose.yaml, in the common subset of the Compose specification')
    .enablePositionalOptions()
    .option('-f, --file <file>', 'the file; more than one are laid over one another', repeated)
    .option('-p, --project-name <name>', "what all of it is called; the folder's name when left out")
    .option('--project-directory <dir>', "where its paths begin; the file's folder when left out")
    .option('--env-file <file>', 'what its variables are, instead of .env', repeated)
    .option('--profile <name>', 'services of this profile too', repeated);
  for (const command of [upCommand(tell, optionsBefore), down(), ps(), logs(), build(), config()])
    compose.addCommand(command);
  for (const [verb, description] of lifeVerbs) compose.addCommand(life(verb, description));
}

/** Of a verb, the options before it. */
function optionsBefore(command: Command): ComposeOptions {
  return command.parent?.opts<ComposeOptions>() ?? {};
}

function tell(line: string): void {
  process.stderr.write(` ${line}\n`);
}

function down(): Command {
  return new Command('down')
    .description('end and remove all of a project: containers and networks')
    .option('-v, --volumes', 'its volumes too')
    .option('-t, --timeout <seconds>', 'how long each has to end by itself')
    .option('--remove-orphans', 'taken, and says nothing here: all that is of the project goes')
    .action(async ({ volumes = false, timeout }: { volumes?: boolean; timeout?: string }, command: Command) => {
      const options = optionsBefore(command);
      const name = await nameOfProject(options);
      await withDocker(options, (docker) => takeDown(docker, name, { volumes, timeout, tell }));
    });
}

const columns: Columns = [
  ['NAME', 'Name'],
  ['IMAGE', 'Image'],
  ['COMMAND', 'Command'],
  ['SERVICE', 'Service'],
  ['CREATED', 'RunningFor'],
  ['STATUS', 'Status'],
  ['PORTS', 'Ports'],
];

interface PsOptions extends RowOptions {
  readonly all?: true;
  readonly services?: true;
}

function ps(): Command {
  return withRows(new Command('ps'))
    .description('the containers of a project')
    .argument('[service...]', 'only those of these')
    .option('-a, --all', 'those too that have ended')
    .option('-q, --quiet', 'only ids')
    .option('--services', 'only names of services')
    .action(
      async (
        services: readonly string[],
        { all, quiet, format, services: isByService }: PsOptions,
        command: Command,
      ) => {
        const found = (await containersOf(command, services)).filter(({ State }) => all === true || State !== 'exited');
        const rows = found.map((one) => ({
          ID: one.Id,
          Name: one.name,
          Image: one.Image,
          Command: `"${one.Command}"`,
          Service: one.service,
          RunningFor: formatAge(one.Created, Date.now() / 1000),
          State: one.State,
          Status: one.Status,
          Ports: portsText(one.Ports),
        }));
        if (quiet === true) process.stdout.write(rows.map(({ ID }) => `${ID}\n`).join(''));
        else if (isByService === true)
          process.stdout.write([...new Set(rows.map(({ Service }) => `${Service}\n`))].join(''));
        else process.stdout.write(formatRows(format, rows, columns));
      },
    );
}

async function containersOf(command: Command, services: readonly string[]): Promise<readonly ProjectContainer[]> {
  const options = optionsBefore(command);
  const name = await nameOfProject(options);
  let found: readonly ProjectContainer[] = [];
  await withDocker(options, async (docker) => {
    found = await projectContainers(docker, name);
  });
  return found.filter(({ service }) => services.length === 0 || services.includes(service));
}

interface LogsOptions {
  readonly follow?: true;
  readonly tail: string;
  readonly timestamps?: true;
  readonly logPrefix: boolean;
}

function logs(): Command {
  return new Command('logs')
    .description('what the containers of a project have written')
    .argument('[service...]', 'only those of these')
    .option('-f, --follow', 'go on with what they write from now on')
    .option('-n, --tail <lines>', 'only the last lines of each', 'all')
    .option('-t, --timestamps', 'when it was, before each line')
    .option('--no-log-prefix', 'without whose it is')
    .action(async (services: readonly string[], options: LogsOptions, command: Command) => {
      const containers = await containersOf(command, services);
      const { follow = false, tail, timestamps = false, logPrefix: hasPrefix } = options;
      await withDocker(optionsBefore(command), (docker, signal) =>
        showLogs(docker, containers, { follow, tail, timestamps, hasPrefix, signal }),
      );
    });
}

function build(): Command {
  return new Command('build')
    .description('build the images of the services that have a build')
    .argument('[service...]', 'only these')
    .option('--no-cache', 'run every step, whatever is known of it')
    .option('--pull', 'ask registries for base images that are here, too')
    .action(async (services: readonly string[], { cache, pull }: { cache: boolean; pull?: true }, command: Command) => {
      const options = optionsBefore(command);
      const { project } = await loadProject(options, services);
      const wish = { ...options, cache, ...(pull === undefined ? {} : { pull }) };
      for (const named of project.services) await buildService(project, named, wish);
    });
}

function config(): Command {
  return new Command('config')
    .description('the file as it is understood, with its variables filled in')
    .option('-q, --quiet', 'only say what is wrong')
    .option('--services', 'only names of services')
    .action(async ({ quiet, services }: { quiet?: true; services?: true }, command: Command) => {
      const { project } = await loadProject(optionsBefore(command), []);
      if (quiet === true) return;
      const names = project.services.map(({ service }) => `${service}\n`).join('');
      const said = Object.fromEntries(project.services.map((one) => [one.service, one.said]));
      process.stdout.write(
        services === true ? names : `${JSON.stringify({ name: project.name, services: said }, undefined, 2)}\n`,
      );
    });
}

const lifeVerbs = [
  ['start', 'start the containers of a project again'],
  ['stop', 'end them, and leave them there'],
  ['restart', 'stop them and start them again'],
] as const;

function life(verb: string, description: string): Command {
  return new Command(verb)
    .description(description)
    .argument('[service...]', 'only those of these')
    .option('-t, --timeout <seconds>', 'how long each has to end by itself')
    .action(async (services: readonly string[], { timeout: t }: { timeout?: string }, command: Command) => {
      const containers = await containersOf(command, services);
      await withDocker(optionsBefore(command), async (docker: DockerHttp) => {
        for (const { Id, name } of containers) {
          await docker.ask('POST', `/containers/${Id}/${verb}`, { query: verb === 'start' ? {} : { t } });
          tell(`Container ${name}  ${verb}`);
        }
      });
    });
}
