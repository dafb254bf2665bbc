import type { ImageSummary } from '#engine/contract/image.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import type { InspectedImage } from '#engine/image/inspect-image.ts';

import { speaksAtLeast } from './api-version.ts';

/** Each was dropped by that version of the API (its version history): older clients read it still. */
const DROPPED = { virtualSize: '1.44', containerConfig: '1.45', containerFields: '1.50' } as const;

/** What an image's configuration can't have, and had in the API while it was a container's. */
const containerFields = {
  Hostname: '',
  Domainname: '',
  AttachStdin: false,
  AttachStdout: false,
  AttachStderr: false,
  Tty: false,
  OpenStdin: false,
  StdinOnce: false,
  Image: '',
} as const;

/** `ImageSummary`s of the Docker Engine API. @param url of the request, which has the client's version. */
export function dockerImages(
  { usage }: Pick<ImageParts, 'usage'>,
  images: readonly ImageSummary[],
  url: string,
): readonly Record<string, unknown>[] {
  const users = Map.groupBy(usage.containers(), ({ imageId }) => imageId);
  return images.map(({ Id, ParentId, RepoTags, RepoDigests, Created, Size, SharedSize, Labels }) => {
    const Containers = users.get(Id)?.length ?? 0;
    const shown = { Id, ParentId, RepoTags, RepoDigests, Created, Size, SharedSize, Labels, Containers };
    return speaksAtLeast(url, DROPPED.virtualSize) ? shown : { ...shown, VirtualSize: Size };
  });
}

/** `ImageInspect` of the Docker Engine API. @param url of the request, which has the client's version. */
export function dockerImageInspect(image: InspectedImage, url: string): Record<string, unknown> {
  const Config = speaksAtLeast(url, DROPPED.containerFields) ? image.Config : { ...containerFields, ...image.Config };
  return {
    ...image,
    Config,
    ...(speaksAtLeast(url, DROPPED.virtualSize) ? {} : { VirtualSize: image.Size }),
    // docker-compose 1 reads it, of every image that it builds on.
    ...(speaksAtLeast(url, DROPPED.containerConfig) ? {} : { Container: '', ContainerConfig: Config }),
  };
}
