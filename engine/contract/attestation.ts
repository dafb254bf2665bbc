import { z } from 'zod';

import { digest } from './digest.ts';

/** What is to be said of a build's result beside it; nothing unless told. */
export const attestWish = z.object({
  /** A list of the packages in it. */
  sbom: z.boolean().optional(),
  /** How it was made: `min` without the values that the build was given. */
  provenance: z.enum(['min', 'max']).optional(),
});
export type AttestWish = z.infer<typeof attestWish>;

/** A statement about an image, that stands beside it in its index. */
export const attestation = z.object({
  kind: z.enum(['sbom', 'provenance', 'other']),
  predicateType: z.string(),
  /** Of the statement. */
  digest,
  size: z.int(),
  /** The manifest that it is about, and what that is for: `linux/amd64`. */
  subject: digest,
  platform: z.string(),
});
export type Attestation = z.infer<typeof attestation>;

/** `index` is what lists them; absent of an image that none is about here. */
export const imageAttestations = z.object({ index: digest.optional(), attestations: z.array(attestation) });
export type ImageAttestations = z.infer<typeof imageAttestations>;
