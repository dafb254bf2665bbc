import { z } from 'zod';

import type { DockerHttp } from '#engine/client/docker-http.ts';
import { labels } from '#engine/compose/labels.ts';

import { removeContainer } from './bring-up.ts';
import { projectContainers } from './project-containers.ts';

export interface DownOptions {
  readonly volumes: boolean;
  readonly timeout: string | undefined;
  readonly tell: (line: string) => void;
}

const networksListed = z.array(z.object({ Id: z.string(), Name: z.string() }));
const volumesListed = z.object({ Volumes: z.array(z.object({ Name: z.string() })).nullable() });

/** Removes all that a project has, by its labels: whatever its file says by now. */
export async function takeDown(docker: DockerHttp, project: string, options: DownOptions): Promise<void> {
  const { tell } = options;
  for (const container of await projectContainers(docker, project)) await removeContainer(docker, container, options);
  const query = { filters: JSON.stringify({ label: [`${labels.project}=${project}`] }) };
  for (const { Id, Name } of networksListed.parse(await docker.ask('GET', '/networks', { query }))) {
    await docker.ask('DELETE', `/networks/${Id}`);
    tell(`Network ${Name}  Removed`);
  }
  if (!options.volumes) return;
  for (const { Name } of volumesListed.parse(await docker.ask('GET', '/volumes', { query })).Volumes ?? []) {
    await docker.ask('DELETE', `/volumes/${encodeURIComponent(Name)}`);
    tell(`Volume ${Name}  Removed`);
  }
}
