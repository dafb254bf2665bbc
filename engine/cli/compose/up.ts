import { Command } from 'commander';

import { withDocker } from '#engine/cli/docker/with-docker.ts';
import type { PlaceOptions } from '#engine/cli/place-options.ts';
import { repeated } from '#engine/cli/repeated.ts';
import type { DockerHttp } from '#engine/client/docker-http.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { parsePair } from '#engine/run-options/pairs.ts';

import { bringUp } from './bring-up.ts';
import { ensureImages } from './images.ts';
import { bodyOf, loadProject, type LoadedProject, type ProjectOptions } from './load-project.ts';
import { projectContainers } from './project-containers.ts';
import { showLogs } from './project-logs.ts';

interface UpOptions {
  readonly detach?: true;
  readonly build?: true;
  readonly scale?: readonly string[];
  readonly forceRecreate?: true;
  readonly recreate: boolean;
  readonly removeOrphans?: true;
  readonly start: boolean;
  readonly timeout?: string;
}

export function upCommand(
  tell: (line: string) => void,
  before: (command: Command) => PlaceOptions & ProjectOptions,
): Command {
  return new Command('up')
    .description('make the engine have what the file says, and show what it writes until Ctrl-C')
    .argument('[service...]', 'only these, and what they depend on')
    .option('-d, --detach', 'leave it running')
    .option('--build', 'build images first, whether they are here or not')
    .option('--scale <number>', 'SERVICE=NUMBER of containers', repeated)
    .option('--force-recreate', 'make all containers anew')
    .option('--no-recreate', 'leave those that are there as they are')
    .option('--remove-orphans', 'remove containers of services that the file has not')
    .option('--no-start', 'only make them')
    .option('-t, --timeout <seconds>', 'how long each has to end by itself')
    .action(async (services: readonly string[], options: UpOptions, command: Command) => {
      const place = before(command);
      const loaded = await loadProject(place, services);
      // Every value is read before anything has begun.
      for (const named of loaded.project.services) await bodyOf(loaded, named);
      const scale = new Map((options.scale ?? []).map(scaleOf));
      await withDocker(place, async (docker) => {
        await ensureImages(docker, loaded.project, { ...place, build: options.build === true });
        await bringUp(docker, loaded, {
          scale,
          forceRecreate: options.forceRecreate === true,
          noRecreate: !options.recreate,
          removeOrphans: options.removeOrphans === true,
          noStart: !options.start,
          tell,
        });
        if (options.detach !== true && options.start)
          await stayWith(docker, loaded, { tell, timeout: options.timeout });
      });
    });
}

/** @throws EngineError `invalid-argument`. */
function scaleOf(text: string): readonly [service: string, count: number] {
  const [service, count] = parsePair(text);
  if (/^\d+$/.test(count)) return [service, Number(count)];
  throw new EngineError('invalid-argument', `invalid --scale option ${text}: write SERVICE=NUMBER`);
}

/** Shows what all of it writes, until it has ended or is left; leaving stops it. */
async function stayWith(
  docker: DockerHttp,
  { project }: LoadedProject,
  { tell, timeout }: { readonly tell: (line: string) => void; readonly timeout: string | undefined },
): Promise<void> {
  const known = new Set(project.services.map(({ service }) => service));
  const containers = (await projectContainers(docker, project.name)).filter(({ service }) => known.has(service));
  const left = new AbortController();
  const leave = (): void => left.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, leave);
  const wish = { follow: true, tail: 'all', timestamps: false, hasPrefix: true, signal: left.signal };
  await showLogs(docker, containers, wish);
  if (!left.signal.aborted) return;
  tell('Stopping');
  await Promise.all(
    containers.map(({ Id }) => docker.ask('POST', `/containers/${Id}/stop`, { query: { t: timeout } })),
  );
  process.exitCode = 130;
}
