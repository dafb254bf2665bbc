import { z } from 'zod';

import type { MountRequest } from '#engine/container/container-mount.ts';
import type { CreateRequest } from '#engine/container/create-request.ts';
import { mountDestination, propagations } from '#engine/container/parse-bind.ts';
import { EngineError } from '#engine/contract/errors.ts';

const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? undefined);

/** `Mount` of the Docker Engine API. */
export const mountBody = z.object({
  Type: z.string(),
  Source: z.string().nullish(),
  Target: z.string(),
  ReadOnly: z.boolean().nullish(),
  BindOptions: z
    .object({
      Propagation: z.string().nullish(),
      NonRecursive: z.boolean().nullish(),
      ReadOnlyNonRecursive: z.boolean().nullish(),
      CreateMountpoint: z.boolean().nullish(),
    })
    .nullish(),
  TmpfsOptions: z.object({ SizeBytes: z.int().nullish(), Mode: z.int().nullish() }).nullish(),
  VolumeOptions: z
    .object({
      NoCopy: z.boolean().nullish(),
      Labels: texts,
      Subpath: z.string().nullish(),
      DriverConfig: z.object({ Name: z.string().nullish(), Options: texts }).nullish(),
    })
    .nullish(),
});
type MountBody = z.infer<typeof mountBody>;

/** @throws EngineError `invalid-argument`, or `unsupported` for a kind of mount that isn't there. */
function mountOf(mount: MountBody): MountRequest {
  switch (mount.Type) {
    case 'bind':
      return bindOf(mount);
    case 'tmpfs':
      return memoryOf(mount);
    case 'volume':
      return volumeOf(mount);
    default:
      throw new EngineError('unsupported', `This version of Estrato has no mounts of type "${mount.Type}".`);
  }
}

/** `HostConfig.Mounts` and `HostConfig.Tmpfs`. */
export function mountsOf(
  mounts: readonly MountBody[],
  tmpfs: Readonly<Record<string, string>> | null | undefined,
): Required<Pick<CreateRequest, 'mounts' | 'existingSources'>> {
  return { mounts: [...mounts.map(mountOf), ...tmpfsMounts(tmpfs)], existingSources: existingSources(mounts) };
}

/** Docker makes what is missing of a `-v`, and of a mount only when it is told to. */
function existingSources(mounts: readonly MountBody[]): string[] {
  return mounts.flatMap(({ Type, Source, BindOptions }) =>
    Type === 'bind' && BindOptions?.CreateMountpoint !== true ? [Source ?? ''] : [],
  );
}

function placeOf({ Target, ReadOnly }: MountBody): { readonly destination: string; readonly readOnly: boolean } {
  return { destination: mountDestination(Target), readOnly: ReadOnly ?? false };
}

function bindOf(mount: MountBody): MountRequest {
  const { Propagation, NonRecursive, ReadOnlyNonRecursive } = mount.BindOptions ?? {};
  const source = mount.Source ?? '';
  if (!source.startsWith('/')) {
    throw new EngineError('invalid-argument', `invalid mount config for type "bind": invalid mount path: '${source}'`);
  }
  if (ReadOnlyNonRecursive === true) {
    throw new EngineError(
      'unsupported',
      `Estrato makes a read-only bind read-only with all that is mounted in it; leave bind-recursive=writable out of the mount of ${source}, or bind-recursive=disabled leaves that out.`,
    );
  }
  const words = Propagation ? [Propagation] : [];
  const unknown = words.find((word) => !propagations.includes(word));
  if (unknown !== undefined) throw new EngineError('invalid-argument', `invalid propagation mode: ${unknown}`);
  const options = [...words, ...(NonRecursive === true ? ['bind'] : [])];
  return { type: 'bind', source, options, ...placeOf(mount) };
}

function memoryOf(mount: MountBody): MountRequest {
  const { SizeBytes, Mode } = mount.TmpfsOptions ?? {};
  const size = SizeBytes ? [`size=${SizeBytes}`] : [];
  const mode = typeof Mode === 'number' ? [`mode=${Mode.toString(8)}`] : [];
  return { type: 'tmpfs', source: '', options: [...size, ...mode], ...placeOf(mount) };
}

function volumeOf(mount: MountBody): MountRequest {
  const { NoCopy, Labels, Subpath, DriverConfig } = mount.VolumeOptions ?? {};
  return {
    type: 'volume',
    ...(mount.Source ? { name: mount.Source } : {}),
    ...(Subpath ? { subpath: localPath(Subpath) } : {}),
    isPopulated: NoCopy !== true,
    labels: Labels,
    driver: DriverConfig?.Name ?? undefined,
    driverOptions: DriverConfig?.Options,
    ...placeOf(mount),
  };
}

function localPath(subpath: string): string {
  if (!subpath.startsWith('/') && !subpath.split('/').includes('..') && !subpath.includes('\0')) return subpath;
  throw new EngineError(
    'invalid-argument',
    `invalid mount config for type "volume": subpath must be a relative path within the volume`,
  );
}

/** `HostConfig.Tmpfs`: options by path. */
function tmpfsMounts(tmpfs: Readonly<Record<string, string>> | null | undefined): MountRequest[] {
  return Object.entries(tmpfs ?? {}).map(([path, options]) => {
    const parts = options.split(',').filter((option) => option !== '' && option !== 'rw');
    return {
      type: 'tmpfs',
      source: '',
      destination: mountDestination(path),
      readOnly: parts.includes('ro'),
      options: parts.filter((option) => option !== 'ro'),
    };
  });
}
