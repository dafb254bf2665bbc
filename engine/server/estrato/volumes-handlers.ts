import type { Engine } from '#engine/server/engine.ts';
import { listVolumes } from '#engine/volume/list-volumes.ts';
import { measureVolume } from '#engine/volume/measure-volume.ts';
import { removeVolume } from '#engine/volume/remove-volume.ts';

import type { CallsOf } from './area.ts';

export function volumeCalls({ containers: { volumes } }: Engine): CallsOf<'volumes'> {
  return {
    'volumes.list': async () => listVolumes(volumes),
    'volumes.measure': async ({ name }) => ({ bytes: await measureVolume(volumes, volumes.table.find(name).name) }),
    'volumes.remove': ({ name }) => removeVolume(volumes, name),
  };
}
