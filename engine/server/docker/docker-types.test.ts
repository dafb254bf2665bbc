import type Dockerode from 'dockerode';
import { expectTypeOf, test } from 'vitest';

import type { ContainerInspect } from '#engine/container/inspect-container.ts';
import type { ContainerSummary } from '#engine/contract/container.ts';
import type { ImageSummary } from '#engine/contract/image.ts';

import type { DockerVersion } from './system.ts';
import type { DockerVolume } from './volumes.ts';

/* What we answer is what clients' own types say they get. The compiler is what fails here, in `npm run check`. */

test('a container, inspected', () => {
  // GraphDriver.Data is devicemapper's there; HostConfig names everything anybody could ask for, all of it optional.
  // A port that is only exposed is null where theirs knows none.
  type Theirs = Omit<Dockerode.ContainerInspectInfo, 'GraphDriver' | 'NetworkSettings' | 'HostConfig'>;
  expectTypeOf<ContainerInspect>().toExtend<Theirs>();
  expectTypeOf<ContainerInspect['State']>().toExtend<Dockerode.ContainerInspectInfo['State']>();
  expectTypeOf<ContainerInspect['HostConfig']>().toExtend<Dockerode.HostConfig>();
});

test('a container of the list', () => {
  // A port that is only exposed has no address and no port of the machine's.
  expectTypeOf<ContainerSummary>().toExtend<Omit<Dockerode.ContainerInfo, 'Ports'>>();
});

test('an image of the list', () => {
  expectTypeOf<ImageSummary>().toExtend<Dockerode.ImageInfo>();
});

test('the version', () => {
  // No JSON has a Date in it.
  expectTypeOf<DockerVersion>().toExtend<Omit<Dockerode.DockerVersion, 'BuildTime' | 'Components'>>();
  type Component = Pick<Dockerode.DockerVersion['Components'][number], 'Name' | 'Version'>;
  expectTypeOf<DockerVersion['Components'][number]>().toExtend<Component>();
});

test('a volume', () => {
  // Labels and options that nobody gave are null, as with Docker.
  expectTypeOf<DockerVolume>().toExtend<Omit<Dockerode.VolumeInspectInfo, 'Labels' | 'Options'>>();
});
