import { z } from 'zod';

import type { DockerHttp } from '#engine/client/docker-http.ts';
import { labels } from '#engine/compose/labels.ts';
import { shownPort } from '#engine/cli/docker/ports-text.ts';

const listed = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()),
    Image: z.string(),
    ImageID: z.string(),
    Command: z.string(),
    Created: z.number(),
    Ports: z.array(shownPort),
    Labels: z.record(z.string(), z.string()),
    State: z.string(),
    Status: z.string(),
  }),
);

/** A container of a project, whichever tool made it. */
export interface ProjectContainer extends z.infer<typeof listed.element> {
  readonly name: string;
  readonly service: string;
  readonly number: number;
  readonly hash: string | undefined;
}

/** Those of a project that stand for its services, by service and number. */
export async function projectContainers(docker: DockerHttp, project: string): Promise<ProjectContainer[]> {
  const filters = JSON.stringify({ label: [`${labels.project}=${project}`] });
  const found = listed.parse(await docker.ask('GET', '/containers/json', { query: { all: true, filters } }));
  return found
    .map((container) => ({
      ...container,
      name: container.Names[0]?.replace(/^\//, '') ?? container.Id.slice(0, 12),
      service: container.Labels[labels.service] ?? '',
      number: Number(container.Labels[labels.number] ?? 1),
      hash: container.Labels[labels.hash],
    }))
    .filter(({ Labels }) => Labels[labels.oneOff] !== 'True')
    .toSorted((one, other) => one.service.localeCompare(other.service) || one.number - other.number);
}
