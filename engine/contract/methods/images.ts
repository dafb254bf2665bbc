import { z } from 'zod';

import { imageAttestations } from '#engine/contract/attestation.ts';
import { digest } from '#engine/contract/digest.ts';
import { imageDetails, imageSummary, removedImage } from '#engine/contract/image.ts';
import { imageSelection, imageSharing, removalOutcome, removalPreview, storageSum } from '#engine/contract/store.ts';
import { tagMove } from '#engine/contract/tag-history.ts';
import { pullPreview, pushPreview } from '#engine/contract/transfer-preview.ts';
import { call, duplex, nothing, stream } from '#engine/contract/method.ts';

/** Images, their tags, and what a removal of them would do. */
export const imageMethods = {
  'images.list': call(nothing, z.array(imageSummary)),
  /** `image`: an id, a unique prefix of one, or a reference. */
  'images.get': call(z.object({ image: z.string() }), imageDetails),
  /** The raw documents: the config, and the manifest where it is known, as the registry sent them. */
  'images.raw': call(
    z.object({ image: z.string() }),
    z.object({ config: z.string(), manifest: z.string().optional() }),
  ),
  /** What stands beside an image in its index: what is in it, how it was made. */
  'images.attestations': call(z.object({ image: z.string() }), imageAttestations),
  /** One such statement as it is kept, in pieces. */
  'images.attestation': stream(z.object({ image: z.string(), digest }), z.string()),
  /** With `allPlatforms` also what the name leads to for others, kept as it came. */
  'images.pull': call(
    z.object({ reference: z.string(), platform: z.string().optional(), allPlatforms: z.boolean().optional() }),
    z.object({ job: z.string() }),
  ),
  /** What a pull would fetch and what is here already; nothing is stored. */
  'images.previewPull': call(z.object({ reference: z.string(), platform: z.string().optional() }), pullPreview),
  /** Refused with `conflict` where the tag there leads to an image that was never seen here, unless `overwrite`. */
  'images.push': call(
    z.object({
      reference: z.string(),
      /** One that doesn't have the name here, and is given it once it is there; without, the one that has it. */
      image: z.string().optional(),
      overwrite: z.boolean().optional(),
      /** What was pulled so, or pushed to this engine. */
      allPlatforms: z.boolean().optional(),
      compression: z.enum(['gzip', 'zstd']).optional(),
    }),
    z.object({ job: z.string() }),
  ),
  /** What a push would send, and what tag it would take from whom; nothing is sent. */
  'images.previewPush': call(
    z.object({
      reference: z.string(),
      image: z.string().optional(),
      compression: z.enum(['gzip', 'zstd']).optional(),
    }),
    pushPreview,
  ),
  'images.bootstrap': call(z.object({ kind: z.enum(['busybox', 'debian']) }), z.object({ job: z.string() })),
  /** The bytes of a docker-archive or OCI archive go up; the answer names what was in it. */
  'images.load': duplex(
    z.object({ name: z.string() }),
    { up: nothing, down: nothing },
    z.object({ loaded: z.array(z.string()) }),
  ),
  /** An archive of these images comes down, each named as people name it; `size` is its bytes in all, told first. */
  'images.save': duplex(
    z.object({ images: z.array(z.string()).min(1), format: z.enum(['docker-archive', 'oci']) }),
    { up: nothing, down: z.object({ size: z.int() }) },
    z.object({ bytes: z.int() }),
  ),
  /** The bytes of a tar of a root file system go up, compressed or not, and become an image of one layer. */
  'images.import': duplex(
    z.object({
      name: z.string(),
      reference: z.string().optional(),
      message: z.string().optional(),
      changes: z.array(z.string()),
      platform: z.string().optional(),
    }),
    { up: nothing, down: nothing },
    z.object({ id: digest }),
  ),
  'images.tag': call(z.object({ image: z.string(), reference: z.string() }), nothing),
  /** Of a tag by its name, newest first; of an image by its id: every move of the tags that it has or had. */
  'images.tagHistory': call(z.object({ image: z.string() }), z.array(tagMove)),
  /** A tag leads again to what it led to before (an id or the beginning of one), which comes back if it was removed. */
  'images.restoreTag': call(z.object({ tag: z.string(), image: z.string() }), imageDetails),
  /** What it takes on the disk, and with whom it shares what. */
  'images.sharing': call(z.object({ image: z.string() }), imageSharing),
  /** What a removal would do: of some images, or of those that nobody uses. */
  'images.prunePreview': call(z.object({ selection: imageSelection, force: z.boolean().optional() }), removalPreview),
  /** Does it, into the trash or for good, and compares. One that can't be removed stays and says why. */
  'images.prune': call(
    z.object({ selection: imageSelection, force: z.boolean().optional(), forGood: z.boolean().optional() }),
    removalOutcome,
  ),
  /** Reads everything again, or what one image is made of, and puts right what can be: a job with `verification`. */
  'images.verify': call(z.object({ image: z.string().optional() }), z.object({ job: z.string() })),
  /** All of the store by who has what. */
  'images.storage': call(nothing, storageSum),
  /** A tag: untags, and removes the image with its last one. An id: removes it with all its tags, if `force` or only one. */
  'images.remove': call(z.object({ image: z.string(), force: z.boolean().optional() }), removedImage),
};
