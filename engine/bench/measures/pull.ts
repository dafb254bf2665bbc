import { bigLayers } from '#engine/bench/big-files.ts';
import { forgetImage } from '#engine/bench/forget-image.ts';
import { eachPeer, milliseconds, type Measure } from '#engine/bench/measure.ts';
import { pull } from '#engine/bench/pull.ts';
import { pushImage } from '#engine/bench/registry.ts';

/** From a store without the image to one with it. */
export const pullBig: Measure = {
  name: 'pull',
  title: 'pull of an image of about 600 MB in five layers',
  unit: 'ms',
  rounds: 3,
  warmsUp: false,
  contestants: async (bench) => {
    const repository = `${bench.registryHost}/big`;
    await pushImage(bench.registryHost, bench.directory, 'big:1', bigLayers());
    return eachPeer(bench, async (peer) => {
      const took = await milliseconds(() => pull(peer, repository, '1'));
      await forgetImage(peer, `${repository}:1`);
      return took;
    });
  },
};
