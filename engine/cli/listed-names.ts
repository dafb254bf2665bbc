import { z } from 'zod';

import { socketPathOfHost } from '#engine/client/default-paths.ts';
import { DockerHttp } from '#engine/client/docker-http.ts';

import { placeOf } from './place-options.ts';

const things = z.array(
  z.object({
    Names: z.array(z.string()).optional(),
    RepoTags: z.array(z.string()).nullish(),
    Name: z.string().optional(),
  }),
);
const listed = z.union([things, z.object({ Volumes: things.nullable() }).transform(({ Volumes }) => Volumes ?? [])]);
type Listed = z.infer<typeof things>[number];

const lists = {
  container: { path: '/containers/json?all=1', names: (one: Listed) => (one.Names ?? []).map((name) => name.slice(1)) },
  image: { path: '/images/json', names: (one: Listed) => one.RepoTags ?? [] },
  network: { path: '/networks', names: (one: Listed) => (one.Name === undefined ? [] : [one.Name]) },
  volume: { path: '/volumes', names: (one: Listed) => (one.Name === undefined ? [] : [one.Name]) },
} as const;
export type ListedKind = keyof typeof lists;

/** Names of what there is of a kind; none where no engine answers. */
export async function listedNames(kind: ListedKind): Promise<readonly string[]> {
  const { path, names } = lists[kind];
  try {
    const docker = new DockerHttp(socketPathOfHost(placeOf({}).host));
    return listed.parse(await docker.ask('GET', path)).flatMap(names);
  } catch {
    return [];
  }
}
