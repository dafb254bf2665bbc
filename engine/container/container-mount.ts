import { z } from 'zod';

const place = {
  /** Absolute, in the container. */
  destination: z.string(),
  readOnly: z.boolean(),
  /** mount(8)'s words beyond `ro`: `size=64m` of memory; `rslave` of a bind, and `bind` for one without what is mounted in it. */
  options: z.array(z.string()),
};

/** A directory or file of the engine's machine, memory, or a volume, at a path in the container. */
export const containerMount = z.discriminatedUnion('type', [
  /** `source`: absolute, on the engine's machine. */
  z.object({ type: z.literal('bind'), source: z.string(), ...place }),
  /** `source` is empty. */
  z.object({ type: z.literal('tmpfs'), source: z.string(), ...place }),
  z.object({
    type: z.literal('volume'),
    name: z.string(),
    /** Its data, on the engine's machine. */
    source: z.string(),
    /** Whether nobody named it: it goes with the container when that is asked for. */
    isAnonymous: z.boolean(),
    /** A directory or file within it, instead of the whole. */
    subpath: z.string().optional(),
    ...place,
  }),
]);
export type ContainerMount = z.infer<typeof containerMount>;
export type VolumeMount = Extract<ContainerMount, { readonly type: 'volume' }>;

/** A volume to be mounted, which may have to be made. */
export interface VolumeRequestMount {
  readonly type: 'volume';
  /** Without one a new volume is made. */
  readonly name?: string | undefined;
  readonly destination: string;
  readonly readOnly: boolean;
  readonly subpath?: string | undefined;
  /** Whether an empty volume gets what the image has there. */
  readonly isPopulated: boolean;
  /** For a volume that has to be made. */
  readonly driver?: string | undefined;
  readonly driverOptions?: Readonly<Record<string, string>> | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** What a container is asked to be created with. */
export type MountRequest = Exclude<ContainerMount, VolumeMount> | VolumeRequestMount;

export function volumeMounts(mounts: readonly ContainerMount[]): readonly VolumeMount[] {
  return mounts.filter((mount) => mount.type === 'volume');
}
