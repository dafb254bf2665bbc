import type { Healthcheck } from '#engine/oci/image-config.ts';
import { defined } from '#engine/oci/json-fields.ts';

import type { ImageParts } from './image-parts.ts';
import { layersOf } from './image-records.ts';
import { alignSteps, listImages } from './list-images.ts';
import { resolveImage } from './resolve-image.ts';

/** What the rest is made from is named; the rest is as the API has it. */
export interface InspectedImage extends Readonly<Record<string, unknown>> {
  readonly Config: Readonly<Record<string, unknown>>;
  /** Bytes of its layers' files. */
  readonly Size: number;
}

/** An image as `docker image inspect` has it (Docker Engine API, `ImageInspect`). */
export async function inspectImage(parts: ImageParts, name: string): Promise<InspectedImage> {
  const { id, config, diffIds, size, names } = await resolveImage(parts, name);
  const summary = listImages(parts).find((image) => image.Id === id);
  const { config: run } = config;
  return {
    Id: id,
    RepoTags: [...names],
    RepoDigests: summary?.RepoDigests ?? [],
    Parent: '',
    Comment: config.comment ?? '',
    Created: config.created ?? '1970-01-01T00:00:00Z',
    DockerVersion: config.dockerVersion ?? '',
    Author: config.author ?? '',
    Config: {
      User: run.user,
      Env: run.env,
      Cmd: run.cmd ?? null,
      Volumes: asSet(run.volumes),
      WorkingDir: run.workingDir,
      Entrypoint: run.entrypoint ?? null,
      OnBuild: run.onBuild ?? null,
      Labels: run.labels,
      ExposedPorts: asSet(run.exposedPorts),
      ...defined({
        StopSignal: run.stopSignal,
        Shell: run.shell,
        Healthcheck: run.healthcheck && healthcheckOf(run.healthcheck),
      }),
    },
    Architecture: config.architecture,
    ...(config.variant === undefined ? {} : { Variant: config.variant }),
    Os: config.os,
    Size: size,
    GraphDriver: { Name: 'overlay2', Data: {} },
    RootFS: { Type: 'layers', Layers: [...diffIds] },
    Metadata: { LastTagTime: '0001-01-01T00:00:00Z' },
  };
}

/** As `docker history` has it, newest first. */
export async function imageHistory(parts: ImageParts, name: string): Promise<readonly Record<string, unknown>[]> {
  const { id, config, names } = await resolveImage(parts, name);
  const layers = layersOf(parts.database, id);
  const steps = alignSteps(config).toReversed();
  return steps.map(({ created, createdBy, comment, layer }, index) => ({
    Id: index === 0 ? id : '<missing>',
    Created: Math.floor((Date.parse(created ?? '') || 0) / 1000),
    CreatedBy: createdBy,
    Tags: index === 0 && names.length > 0 ? [...names] : null,
    Size: layer === undefined ? 0 : (layers[layer]?.size ?? 0),
    Comment: comment ?? '',
  }));
}

function asSet(names: readonly string[]): Record<string, object> | null {
  return names.length === 0 ? null : Object.fromEntries(names.map((name) => [name, {}]));
}

/** In Docker's spelling; what the image leaves to Docker is left out. */
function healthcheckOf({ test, ...rest }: Healthcheck): Record<string, unknown> {
  const { interval, timeout, startPeriod, startInterval, retries } = rest;
  const fields = { Interval: interval, Timeout: timeout, StartPeriod: startPeriod, StartInterval: startInterval };
  return { Test: test, ...defined({ ...fields, Retries: retries }) };
}
