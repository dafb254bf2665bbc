import type { Engine } from '#engine/server/engine.ts';
import { cloneVolume } from '#engine/volume/clone-volume.ts';
import { compareSavePoint } from '#engine/volume/compare-save-point.ts';
import { createVolume } from '#engine/volume/create-volume.ts';
import { exportVolume } from '#engine/volume/export-volume.ts';
import { importVolume } from '#engine/volume/import-volume.ts';
import { listVolumes, summarise } from '#engine/volume/list-volumes.ts';
import { makeSavePoint } from '#engine/volume/make-save-point.ts';
import { measureVolume } from '#engine/volume/measure-volume.ts';
import { pruneVolumes } from '#engine/volume/prune-volumes.ts';
import { removeVolume } from '#engine/volume/remove-volume.ts';
import { restoreSavePoint } from '#engine/volume/restore-save-point.ts';
import { listSavePoints, removeSavePoint } from '#engine/volume/save-point-files.ts';
import { isAnonymous } from '#engine/volume/volume.ts';

import type { CallsOf, DuplexesOf } from './area.ts';

export function volumeCalls({ containers: { volumes } }: Engine): CallsOf<'volumes'> {
  return {
    'volumes.list': async () => listVolumes(volumes),
    'volumes.measure': async ({ name }) => ({ bytes: await measureVolume(volumes, volumes.table.find(name).name) }),
    'volumes.create': async (params) => summarise(volumes, await createVolume(volumes, params)),
    'volumes.remove': ({ name }) => removeVolume(volumes, name),
    'volumes.prune': async ({ all }) => {
      const { removed, freedBytes } = await pruneVolumes(volumes, (volume) => all || isAnonymous(volume));
      return { removed: [...removed], freedBytes };
    },
    'volumes.clone': async ({ name, to, point }) =>
      summarise(volumes, await cloneVolume(volumes, name, { name: to, point })),
    'volumes.save': ({ name, point, note }) => makeSavePoint(volumes, name, { name: point, note }),
    'volumes.points': ({ name }) => listSavePoints(volumes, name),
    'volumes.compare': ({ name, ...sides }) => compareSavePoint(volumes, name, sides),
    'volumes.restore': ({ name, point }) => restoreSavePoint(volumes, name, point),
    'volumes.forget': async ({ name, point }) => {
      await removeSavePoint(volumes, name, point);
      return {};
    },
  };
}

export function volumeDuplexes({ containers: { volumes } }: Engine): DuplexesOf<'volumes'> {
  return {
    'volumes.export': async ({ name, point }, peer, signal) => {
      let bytes = 0;
      for await (const chunk of await exportVolume(volumes, name, point)) {
        signal.throwIfAborted();
        await peer.write(chunk);
        bytes += chunk.length;
      }
      return { bytes };
    },
    'volumes.import': async ({ name, labels }, peer, signal) =>
      summarise(volumes, await importVolume(volumes, { name, labels, source: untilLeft(peer.bytes, signal) })),
  };
}

/** Bytes of a client that has left are no end of a tar. */
async function* untilLeft(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    signal.throwIfAborted();
    yield chunk;
  }
  signal.throwIfAborted();
}
