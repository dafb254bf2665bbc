import { bigLayers } from '#engine/bench/big-files.ts';
import { pulled } from '#engine/bench/layered-store.ts';
import { manyEntries } from '#engine/bench/many-entries.ts';
import { milliseconds, type Bench, type Contestant, type Measure } from '#engine/bench/measure.ts';
import type { Peer } from '#engine/bench/peers.ts';
import { peakOf, residentMiB } from '#engine/bench/process-memory.ts';
import { pull } from '#engine/bench/pull.ts';
import { pushImage } from '#engine/bench/registry.ts';
import { connectEngine, type ConnectedEngine } from '#engine/client/connect-engine.ts';
import type { Digest } from '#engine/contract/digest.ts';

/*
 * What the inspector's screens ask. No other engine answers such questions, so these are held against figures; dive, which
 * would be the one to compare with, is in no package of Debian's.
 */

/** Of 60,000 entries each: a million in all. */
const MANY_LAYERS = 17;
const ROUNDS = 5;

interface Asked {
  readonly peer: Peer;
  readonly engine: ConnectedEngine;
}

const connectTo = ({ host }: Peer): Promise<ConnectedEngine> => connectEngine(host.slice('unix://'.length));

async function ours(bench: Bench, undo: AsyncDisposableStack): Promise<Asked> {
  const peer = bench.peers.find(({ name }) => name === 'estrato');
  if (peer === undefined) throw new Error('only estrato can be asked');
  return { peer, engine: undo.use(await connectTo(peer)) };
}

interface OurMeasure extends Omit<Measure, 'contestants' | 'target'> {
  readonly atMost: number;
  /** Gets ready. @returns what is asked in each round. */
  readonly prepare: (bench: Bench, asked: Asked) => Promise<Contestant['sample']>;
}

/** One that nobody else can take. */
function ourMeasure({ atMost, prepare, ...measure }: OurMeasure): Measure {
  return {
    ...measure,
    target: { atMost },
    contestants: async (bench, undo) => [{ name: 'estrato', sample: await prepare(bench, await ours(bench, undo)) }],
  };
}

/** In our store from the bench's registry. @returns its id. */
async function brought(bench: Bench, { peer, engine }: Asked, name: string): Promise<Digest> {
  await pull(peer, `${bench.registryHost}/${name}`, '1');
  const { summary } = await engine.client.call('images.get', { image: `${bench.registryHost}/${name}:1` });
  return summary.Id;
}

/** The first rows of a directory, as the tree asks for them. */
async function openDirectory({ engine }: Asked, image: Digest, at: { layer: number; path: string }): Promise<void> {
  const { layer, path } = at;
  const page = { offset: 0, limit: 200, changedOnly: false };
  const { total } = await engine.client.call('layers.children', { image, from: layer, to: layer, path, ...page });
  if (total === 0) throw new Error(`${path} of layer ${layer} has no rows`);
}

export const openLayer = ourMeasure({
  name: 'open-layer',
  title: 'opening a layer of 60,000 entries that nobody has looked at: its top, and a directory in it',
  unit: 'ms',
  atMost: 150,
  rounds: ROUNDS,
  warmsUp: true,
  prepare: async (bench, asked) => {
    const layer = manyEntries(bench.directory);
    const images: Digest[] = [];
    for (let number = 0; number <= ROUNDS; number += 1) {
      await pushImage(bench.registryHost, bench.directory, `entries-${number}:1`, [layer(number)]);
      images.push(await brought(bench, asked, `entries-${number}`));
    }
    let round = 0;
    return async () => {
      const path = `/layer-${round}`;
      const image = images[round];
      round += 1;
      if (image === undefined) throw new Error('an image for each round');
      return milliseconds(async () => {
        await openDirectory(asked, image, { layer: 0, path: '/' });
        await openDirectory(asked, image, { layer: 0, path });
      });
    };
  },
});

export const scrubStep = ourMeasure({
  name: 'scrub-step',
  title: 'one step along the timeline of the image of seven layers: what the next layer changed in /usr',
  unit: 'ms',
  atMost: 50,
  rounds: 6,
  warmsUp: false,
  prepare: async (bench, asked) => {
    const { repository } = await pulled(bench);
    const image = await brought(bench, asked, repository.slice(bench.registryHost.length + 1));
    await openDirectory(asked, image, { layer: 0, path: '/usr' });
    let layer = 0;
    return () => {
      layer = (layer % 6) + 1;
      return milliseconds(() => openDirectory(asked, image, { layer, path: '/usr' }));
    };
  },
});

export const compareImages = ourMeasure({
  name: 'compare-images',
  title: 'comparing two images of about 600 MB that share most of their layers',
  unit: 'ms',
  atMost: 1000,
  rounds: 1,
  warmsUp: false,
  prepare: async (bench, asked) => {
    const [first = [], ...others] = bigLayers();
    await pushImage(bench.registryHost, bench.directory, 'before:1', [...others, first]);
    await pushImage(bench.registryHost, bench.directory, 'now:1', [...others, [...first, 'etc']]);
    const [before, now] = [await brought(bench, asked, 'before'), await brought(bench, asked, 'now')];
    return () =>
      milliseconds(() =>
        asked.engine.client.call('inspect.compare', {
          before: { kind: 'image', image: before },
          now: { kind: 'image', image: now },
        }),
      );
  },
});

/** In our store: an image of a million entries. @returns its id. */
async function bringMillion(bench: Bench, asked: Asked): Promise<Digest> {
  const layer = manyEntries(bench.directory);
  const layers = Array.from({ length: MANY_LAYERS }, (_, number) => layer(number));
  await pushImage(bench.registryHost, bench.directory, 'million:1', layers);
  return brought(bench, asked, 'million');
}

async function search({ engine }: Asked, text: string): Promise<void> {
  let searched = 0;
  for await (const news of engine.client.stream('inspect.search', { text, offset: 0, limit: 100 }))
    searched = news.entriesSearched;
  if (searched < 1_000_000) throw new Error(`only ${searched} entries were searched`);
}

export const searchMillion = ourMeasure({
  name: 'search-million',
  title: 'searching a path among a million entries of all layers',
  unit: 'ms',
  atMost: 300,
  rounds: ROUNDS,
  warmsUp: true,
  prepare: async (bench, asked) => {
    await bringMillion(bench, asked);
    return () => milliseconds(() => search(asked, 'file-42'));
  },
});

export const inspectMemory = ourMeasure({
  name: 'inspect-memory',
  title: 'what the engine grows by while a million entries are searched and an image of as many is opened',
  unit: 'MiB',
  atMost: 200,
  rounds: 1,
  warmsUp: false,
  prepare: async (bench, asked) => {
    const image = await bringMillion(bench, asked);
    // What taking it in has left in memory is another measure's.
    await asked.peer.stop();
    await asked.peer.start();
    return async () => {
      using engine = await connectTo(asked.peer);
      const again = { peer: asked.peer, engine };
      const before = await residentMiB(again.peer.pid);
      const peak = await peakOf(again.peer.pid, async () => {
        await search(again, 'file-42');
        await openDirectory(again, image, { layer: MANY_LAYERS - 1, path: '/' });
      });
      return peak - before;
    };
  },
});
