import { unlessAborted } from '#engine/async/unless-aborted.ts';
import type { BuildOutput } from '#engine/build/build-output.ts';
import { runBuild } from '#engine/build/run-build.ts';
import type { Answer, Params } from '#engine/contract/methods.ts';
import type { Engine } from '#engine/server/engine.ts';

import { BuildSource } from './build-source.ts';
import type { DuplexPeer } from './handler.ts';

/** Builds, and sends down what comes of it: the build is over when all of it has gone. */
export async function exportBuild(
  { builds, jobs }: Engine,
  { wish, as, keepsImage }: Params<'builds.export'>,
  { peer, signal }: { readonly peer: DuplexPeer<'builds.export'>; readonly signal: AbortSignal },
): Promise<Answer<'builds.export'>> {
  await using source = await BuildSource.open(builds, wish, signal);
  let sent = 0;
  const deliver: Extract<BuildOutput, { readonly kind: 'tar' }>['deliver'] = async (bytes, left) => {
    for await (const chunk of bytes) {
      await unlessAborted(peer.write(chunk), left);
      sent += chunk.byteLength;
    }
  };
  const outputs: readonly BuildOutput[] =
    as === undefined ? [] : [as === 'files' ? { kind: 'tar', deliver } : { kind: 'archive', format: as, deliver }];
  const request = { ...source.request, keepsImage, outputs };
  for await (const each of runBuild(builds, jobs, { request, left: signal }).news) peer.send(each);
  return { bytes: sent };
}
