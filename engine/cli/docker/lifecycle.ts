import { Command } from 'commander';
import { z } from 'zod';

import type { DockerHttp, Query } from '#engine/client/docker-http.ts';
import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';

import { eachOf } from './each-of.ts';
import { withDocker } from './with-docker.ts';

/** A verb that does one thing to each of some containers. */
function onContainers<Options extends PlaceOptions>(
  command: Command,
  act: (docker: DockerHttp, id: string, options: Options) => Promise<string | void>,
): Command {
  return withPlace(command)
    .argument('<container...>', 'names, ids, or beginnings of ids')
    .action((ids: readonly string[], options: Options) =>
      withDocker(options, (docker) => eachOf(ids, (id) => act(docker, id, options))),
    );
}

/** `POST /containers/ID/VERB`; that it is so already is no failure. */
async function post(docker: DockerHttp, id: string, verb: string, query: Query = {}): Promise<void> {
  await docker.ask('POST', `/containers/${encodeURIComponent(id)}/${verb}`, { query });
}

interface StopOptions extends PlaceOptions {
  readonly time?: string;
  readonly signal?: string;
}

function withStopping(command: Command): Command {
  return command
    .option('-t, --time <seconds>', 'how long it has to end by itself')
    .option('-s, --signal <signal>', 'what asks it to end');
}

export function stopCommand(): Command {
  return onContainers<StopOptions>(
    withStopping(new Command('stop').description('ask containers to end, and end them when they take too long')),
    (docker, id, { time: t, signal }) => post(docker, id, 'stop', { t, signal }),
  );
}

export function restartCommand(): Command {
  return onContainers<StopOptions>(
    withStopping(new Command('restart').description('stop containers and start them again')),
    (docker, id, { time: t, signal }) => post(docker, id, 'restart', { t, signal }),
  );
}

export function killCommand(): Command {
  return onContainers<StopOptions>(
    new Command('kill').description('send containers a signal').option('-s, --signal <signal>', 'which', 'KILL'),
    (docker, id, { signal }) => post(docker, id, 'kill', { signal }),
  );
}

export function pauseCommand(): Command {
  return onContainers(new Command('pause').description('have all processes of containers stand still'), (docker, id) =>
    post(docker, id, 'pause'),
  );
}

export function unpauseCommand(): Command {
  return onContainers(new Command('unpause').description('have them go on'), (docker, id) =>
    post(docker, id, 'unpause'),
  );
}

const waited = z.object({ StatusCode: z.int() });

export function waitCommand(): Command {
  return onContainers(
    new Command('wait').description('wait until containers have ended, and say their exit codes'),
    async (docker, id) => {
      const answer = await docker.ask('POST', `/containers/${encodeURIComponent(id)}/wait`);
      return String(waited.parse(answer).StatusCode);
    },
  );
}

interface RemoveOptions extends PlaceOptions {
  readonly force?: true;
  readonly volumes?: true;
  readonly link?: true;
}

export function rmCommand(): Command {
  const command = new Command('rm')
    .description('remove containers, into the trash')
    .option('-f, --force', 'those too that run: they are ended')
    .option('-v, --volumes', 'their nameless volumes too')
    .option('-l, --link', 'a link, not its container');
  return onContainers<RemoveOptions>(command, async (docker, id, { force, volumes: v, link }) => {
    await docker.ask('DELETE', `/containers/${encodeURIComponent(id)}`, { query: { force, v, link } });
  });
}

export function renameCommand(): Command {
  return withPlace(new Command('rename'))
    .description('call a container something else')
    .argument('<container>')
    .argument('<new-name>')
    .action((id: string, name: string, options: PlaceOptions) =>
      withDocker(options, (docker) => post(docker, id, 'rename', { name })),
    );
}
