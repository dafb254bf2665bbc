import { join, resolve } from 'node:path';

import { buildImage } from '#engine/cli/build.ts';
import { pullImage } from '#engine/cli/docker/pull-image.ts';
import type { PlaceOptions } from '#engine/cli/place-options.ts';
import type { DockerHttp } from '#engine/client/docker-http.ts';
import type { NamedService, Project } from '#engine/compose/project.ts';
import { imageOf } from '#engine/compose/service-body.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';

export interface ImageWish extends PlaceOptions {
  /** Whether what has a build is built even where its image is there. */
  readonly build: boolean;
  readonly cache?: boolean;
  readonly pull?: boolean;
}

/** Builds or fetches what services are made of and isn't here. */
export async function ensureImages(docker: DockerHttp, project: Project, wish: ImageWish): Promise<void> {
  for (const named of project.services) {
    const { pull_policy: policy = 'missing', build } = named.said;
    const image = imageOf(project, named);
    const isHere = await hasImage(docker, image);
    if (build !== undefined && (wish.build || policy === 'build' || !isHere)) await buildService(project, named, wish);
    else if (build === undefined && (policy === 'always' || !isHere)) {
      if (policy === 'never') throw new EngineError('not-found', `No such image: ${image}`);
      await pullImage(image, { ...place(wish), ...platformOf(named) });
    }
  }
}

export async function buildService(
  project: Project,
  named: NamedService,
  wish: Omit<ImageWish, 'build'>,
): Promise<void> {
  const { build } = named.said;
  if (build === undefined) return;
  const context = build.context ?? '.';
  const folder = /^[\w+-]+:\/\//.test(context) ? context : resolve(project.folder, context);
  const pairs = (said: Readonly<Record<string, string | null>> = {}): string[] =>
    Object.entries(said).map(([name, value]) => (value === null ? name : `${name}=${value}`));
  await buildImage(folder, {
    ...place(wish),
    ...platformOf(named),
    ...(build.dockerfile === undefined ? {} : { file: join(folder, build.dockerfile) }),
    ...(build.target === undefined ? {} : { target: build.target }),
    ...(build.network === undefined ? {} : { network: build.network }),
    ...(wish.pull === undefined ? {} : { pull: wish.pull }),
    cache: wish.cache ?? true,
    tag: [imageOf(project, named)],
    buildArg: pairs(build.args),
    label: pairs(build.labels),
  });
}

function place({ dataRoot, host }: PlaceOptions): PlaceOptions {
  return { dataRoot, host };
}

function platformOf({ said: { platform } }: NamedService): { readonly platform?: string } {
  return platform === undefined ? {} : { platform };
}

async function hasImage(docker: DockerHttp, image: string): Promise<boolean> {
  try {
    await docker.ask('GET', `/images/${image}/json`);
    return true;
  } catch (error) {
    if (toEngineError(error).code === 'not-found') return false;
    throw error;
  }
}
