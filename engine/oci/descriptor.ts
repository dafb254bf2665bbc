import type { Digest } from '#engine/contract/digest.ts';
import type { Platform } from '#engine/contract/image.ts';

/** OCI image specification, descriptor.md. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** What kind of thing a manifest is that is no image: `application/spdx+json`. */
  readonly artifactType?: string;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
}
