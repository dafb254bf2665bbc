import { parseReference } from '#engine/contract/reference.ts';
import { imageSharing } from '#engine/image/image-sharing.ts';
import type { Verification } from '#engine/contract/verification.ts';
import { imageAttestations, readAttestation } from '#engine/image/image-attestations.ts';
import { describeImage, listImages, rawImage } from '#engine/image/list-images.ts';
import { loadImage } from '#engine/image/load-image.ts';
import { previewPull } from '#engine/image/preview-pull.ts';
import { previewPush } from '#engine/image/preview-push.ts';
import { previewRemoval } from '#engine/image/preview-removal.ts';
import { removeImage } from '#engine/image/remove-image.ts';
import { removeImages } from '#engine/image/remove-images.ts';
import { sumStorage } from '#engine/image/sum-storage.ts';
import { restoreTag, tagHistory } from '#engine/image/tag-history.ts';
import { tagImage } from '#engine/image/tag-image.ts';
import { verifyStore } from '#engine/image/verify-store.ts';
import { defined } from '#engine/oci/json-fields.ts';
import { parsePlatform } from '#engine/oci/platform.ts';
import type { Engine } from '#engine/server/engine.ts';
import { startTransfer } from '#engine/server/transfer-jobs.ts';

import { archiveDuplexes } from './archive-handlers.ts';
import type { CallsOf, DuplexesOf, StreamsOf } from './area.ts';
import { asJob } from './client-job.ts';

export function imageCalls(engine: Engine): CallsOf<'images'> {
  const { images } = engine;
  return {
    'images.list': async () => listImages(images),
    'images.get': ({ image }) => describeImage(images, image),
    'images.attestations': ({ image }) => imageAttestations(images, image),
    'images.raw': ({ image }) => rawImage(images, image),
    'images.pull': async (params) => ({ job: startTransfer(engine, { kind: 'pull', params }) }),
    'images.previewPull': ({ reference, platform }) =>
      previewPull(
        images,
        parseReference(reference),
        platform === undefined ? {} : { platform: parsePlatform(platform) },
      ),
    'images.push': async (params) => ({ job: startTransfer(engine, { kind: 'push', params }) }),
    'images.previewPush': ({ reference, image, compression }) =>
      previewPush(images, parseReference(reference), defined({ image, compression })),
    'images.bootstrap': async ({ kind }) => ({ job: startBootstrap(engine, kind) }),
    'images.tag': async ({ image, reference }) => {
      await tagImage(images, image, parseReference(reference));
      return {};
    },
    'images.tagHistory': async ({ image }) => tagHistory(images, image),
    'images.restoreTag': async ({ tag, image }) => {
      await restoreTag(images, parseReference(tag), image);
      return describeImage(images, tag);
    },
    'images.sharing': async ({ image }) => imageSharing(images, image),
    'images.prunePreview': async ({ selection, force = false }) => previewRemoval(images, { selection, force }),
    'images.prune': ({ selection, force = false, forGood = false }) =>
      removeImages(images, { selection, force, forGood }),
    'images.verify': async ({ image }) => ({ job: startVerify(engine, image) }),
    'images.storage': async () => sumStorage(images),
    'images.remove': ({ image, force }) => removeImage(images, image, { force: force ?? false }),
  };
}

export function imageStreams({ images }: Engine): StreamsOf<'images'> {
  return { 'images.attestation': ({ image, digest }) => readAttestation(images, image, digest) };
}

export function imageDuplexes(engine: Engine): DuplexesOf<'images'> {
  return {
    ...archiveDuplexes(engine),
    'images.load': ({ name }, peer, signal) => load(engine, { name, archive: peer.bytes }, signal),
  };
}

function startVerify({ jobs, images }: Engine, image: string | undefined): string {
  return jobs.start('verify', image ?? '', async (signal, report) => {
    const onProgress = (verification: Verification): void => report({ verification });
    report({ verification: await verifyStore(images, { image, onProgress }, signal) });
  });
}

function startBootstrap({ jobs, images }: Engine, kind: 'busybox' | 'debian'): string {
  return jobs.start('bootstrap', kind, async (signal, report) => {
    // Asked for once in an engine's life, if at all.
    const { bootstrapImage } = await import('#engine/starter/bootstrap-image.ts');
    await bootstrapImage(images, kind, report, signal);
  });
}

function load(
  { jobs, images }: Engine,
  { name, archive }: { readonly name: string; readonly archive: AsyncIterable<Uint8Array> },
  signal: AbortSignal,
): Promise<{ loaded: string[] }> {
  return asJob(jobs, { kind: 'load', title: name, signal }, async (either, report) => {
    const loaded: string[] = [];
    for await (const { loaded: names = [], ...progress } of loadImage(images, archive, either)) {
      loaded.push(...names);
      report({ progress });
    }
    return { loaded };
  });
}
