import { Command } from 'commander';
import { z } from 'zod';

import { formatBytes } from '#engine/cli/format.ts';
import { withPlace, type PlaceOptions } from '#engine/cli/place-options.ts';
import type { DockerHttp } from '#engine/client/docker-http.ts';

import { confirm } from './confirm.ts';
import { filtersQuery, withFilter } from './filters.ts';
import { pruneNetworks } from './network.ts';
import { pruneVolumes, type Pruned } from './volume-verbs.ts';
import { withDocker } from './with-docker.ts';

interface PruneOptions extends PlaceOptions {
  readonly filter: readonly string[];
  readonly force?: true;
  readonly all?: true;
  readonly volumes?: true;
}

export function containerPruneCommand(): Command {
  return withFilter(withPlace(new Command('prune')))
    .description('remove the containers that do not run, into the trash')
    .option('--force', 'without asking')
    .action(({ filter, force, ...options }: PruneOptions) =>
      withDocker(options, async (docker) => {
        if (!(await confirm('This will remove all stopped containers.', force))) return;
        const { text, freedBytes } = await pruneContainers(docker, filter);
        process.stdout.write(`${text}Total reclaimed space: ${formatBytes(freedBytes)}\n`);
      }),
    );
}

export function systemPruneCommand(): Command {
  return withFilter(withPlace(new Command('prune')))
    .description('remove what nobody uses: containers, networks, images, what is known of builds')
    .option('-a, --all', 'images with names too')
    .option('--volumes', 'nameless volumes too')
    .option('--force', 'without asking')
    .action((options: PruneOptions) =>
      withDocker(options, async (docker) => {
        const { filter, force, all, volumes } = options;
        const what = [
          'all stopped containers',
          'all networks not used by at least one container',
          ...(volumes === true ? ['all anonymous volumes not used by at least one container'] : []),
          all === true ? 'all images without at least one container associated to them' : 'all dangling images',
          'unused build cache',
        ];
        if (!(await confirm(`This will remove:\n${what.map((one) => `  - ${one}\n`).join('')}`, force))) return;
        let freed = 0;
        const tell = ({ text, freedBytes }: Pruned): void => {
          process.stdout.write(text);
          freed += freedBytes;
        };
        tell(await pruneContainers(docker, filter));
        tell({ text: await pruneNetworks(docker, filter), freedBytes: 0 });
        if (volumes === true) tell(await pruneVolumes(docker, filter));
        tell(await pruneImages(docker, [...filter, `dangling=${all !== true}`]));
        tell(await pruneBuilds(docker));
        process.stdout.write(`Total reclaimed space: ${formatBytes(freed)}\n`);
      }),
    );
}

const containersGone = z.object({ ContainersDeleted: z.array(z.string()).nullable(), SpaceReclaimed: z.number() });

async function pruneContainers(docker: DockerHttp, filter: readonly string[]): Promise<Pruned> {
  const answer = await docker.ask('POST', '/containers/prune', { query: { filters: filtersQuery(filter) } });
  const { ContainersDeleted, SpaceReclaimed } = containersGone.parse(answer);
  return { text: goneText('Deleted Containers', ContainersDeleted ?? []), freedBytes: SpaceReclaimed };
}

const imagesGone = z.object({
  ImagesDeleted: z.array(z.object({ Untagged: z.string().optional(), Deleted: z.string().optional() })).nullable(),
  SpaceReclaimed: z.number(),
});

async function pruneImages(docker: DockerHttp, filter: readonly string[]): Promise<Pruned> {
  const answer = await docker.ask('POST', '/images/prune', { query: { filters: filtersQuery(filter) } });
  const { ImagesDeleted, SpaceReclaimed } = imagesGone.parse(answer);
  const lines = (ImagesDeleted ?? []).map(({ Untagged, Deleted }) =>
    Untagged === undefined ? `deleted: ${Deleted ?? ''}` : `untagged: ${Untagged}`,
  );
  return { text: goneText('Deleted Images', lines), freedBytes: SpaceReclaimed };
}

const buildsGone = z.object({ SpaceReclaimed: z.number() });

async function pruneBuilds(docker: DockerHttp): Promise<Pruned> {
  const { SpaceReclaimed } = buildsGone.parse(await docker.ask('POST', '/build/prune'));
  return { text: '', freedBytes: SpaceReclaimed };
}

function goneText(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${title}:\n${lines.map((line) => `${line}\n`).join('')}\n`;
}
