import { unlessAborted } from '#engine/async/unless-aborted.ts';
import type { Digest } from '#engine/contract/digest.ts';
import type { PullProgress } from '#engine/contract/image.ts';
import { parseReference } from '#engine/contract/reference.ts';
import { importTar } from '#engine/image/import-tar.ts';
import { saveImages } from '#engine/image/save-image.ts';
import { parsePlatform } from '#engine/oci/platform.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { DuplexesOf } from './area.ts';
import { asJob } from './client-job.ts';

type ArchiveDuplexes = Pick<DuplexesOf<'images'>, 'images.save' | 'images.import'>;

export function archiveDuplexes({ images, jobs }: Engine): ArchiveDuplexes {
  return {
    'images.save': ({ images: names, format }, peer, signal) =>
      asJob(jobs, { kind: 'save', title: names.join(', '), signal }, async (either, report) => {
        const { size, bytes } = await saveImages(images, names, format);
        peer.send({ size });
        let sent = 0;
        for await (const chunk of bytes) {
          await unlessAborted(peer.write(chunk), either);
          sent += chunk.byteLength;
          report({ progress: savedSoFar(names, sent, size) });
        }
        return { bytes: sent };
      }),
    'images.import': async ({ name, reference, message, changes, platform }, peer, signal) => {
      const tar = {
        from: name,
        source: peer.bytes,
        message,
        changes,
        ...(reference === undefined ? {} : { reference: parseReference(reference) }),
        ...(platform === undefined ? {} : { platform: parsePlatform(platform) }),
      };
      const id = await asJob<Digest>(jobs, { kind: 'load', title: name, signal }, (either, report) =>
        importTar(images, tar, (progress) => report({ progress }), either),
      );
      return { id };
    },
  };
}

/** An archive is one piece on its way, of which everybody sees how much has gone. */
function savedSoFar(names: readonly string[], current: number, total: number): PullProgress {
  const title = names.join(', ');
  const state = current === total ? 'pushed' : 'pushing';
  return { status: `Saving ${title}`, reference: title, layers: [{ digest: title, state, current, total }] };
}
