import { z } from 'zod';

import { digest } from './digest.ts';

/** Something at a registry that is about an image. */
export const referrer = z.object({
  /** Of its own manifest. */
  digest,
  kind: z.enum(['signature', 'sbom', 'attestation', 'other']),
  /** `application/spdx+json`, where it says so. */
  artifactType: z.string().optional(),
  /** Of its manifest, where it is known: bytes. */
  size: z.int().optional(),
  /** How it was found: it refers to the image itself, has a tag made of the image's digest, or stands beside it in the index. */
  from: z.enum(['referrers', 'tag', 'index']),
  annotations: z.record(z.string(), z.string()),
});
export type Referrer = z.infer<typeof referrer>;

/** What became of looking at the signatures of an image with one key. */
export const signatureReport = z.object({
  /** Of what the name leads to. */
  digest,
  /** At least one of them was made with the key, over this very digest. */
  isSigned: z.boolean(),
  signatures: z.array(
    z.object({
      /** Of the manifest that holds it. */
      manifest: digest,
      isValid: z.boolean(),
      /** Why not: `another-key`, or `another-image` for one that was made over something else. */
      problem: z.enum(['another-key', 'another-image', 'unreadable']).optional(),
      /** What the signer called the image. */
      identity: z.string().optional(),
    }),
  ),
});
export type SignatureReport = z.infer<typeof signatureReport>;
