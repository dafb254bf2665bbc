import type { LayerProgress } from '#engine/contract/image.ts';

export interface Fetched {
  /** Compressed bytes that came over the wire so far, and that will in all. */
  readonly current: number;
  readonly total: number;
  /** Bytes of layers that needn't be fetched. */
  readonly existing: number;
}

/** What a pull has fetched, or a push sent, as far as its layers say. */
export function fetchedBytes(layers: readonly LayerProgress[]): Fetched {
  let [current, total, existing] = [0, 0, 0];
  for (const layer of layers) {
    if (layer.state === 'exists' || layer.state === 'mounted') existing += layer.total;
    else {
      total += layer.total;
      current += isFetched(layer) ? layer.total : layer.current;
    }
  }
  return { current, total, existing };
}

function isFetched({ state }: LayerProgress): boolean {
  return ['verifying', 'downloaded', 'unpacking', 'done', 'pushed'].includes(state);
}

/** How much of a layer's work is done, between 0 and 1: fetching counts for two thirds, unpacking for one. */
export function layerShare({ state, current, total }: LayerProgress): number {
  const part = total <= 0 ? 0 : Math.min(1, current / total);
  switch (state) {
    case 'waiting':
      return 0;
    case 'downloading':
      return (part * 2) / 3;
    case 'verifying':
    case 'downloaded':
      return 2 / 3;
    case 'unpacking':
      // What is unpacked is larger than what was fetched by a factor nobody knows yet.
      return 2 / 3 + Math.min(1, part / 3) / 3;
    case 'pushing':
      return part;
    case 'exists':
    case 'mounted':
    case 'pushed':
    case 'done':
      return 1;
  }
}

/** Of all layers, weighed by their bytes; undefined while nobody knows which there are. */
export function overallShare(layers: readonly LayerProgress[]): number | undefined {
  const total = layers.reduce((sum, layer) => sum + layer.total, 0);
  if (total === 0) return undefined;
  return layers.reduce((sum, layer) => sum + layerShare(layer) * layer.total, 0) / total;
}

const THINNEST = 12;
const THICKEST = 34;
const LEAST_BYTES = 1e4;
const MOST_BYTES = 5e8;

/** Pixels of a layer's bar: grows with the logarithm of its bytes. */
export function barThickness(bytes: number): number {
  const share = Math.log(Math.max(bytes, LEAST_BYTES) / LEAST_BYTES) / Math.log(MOST_BYTES / LEAST_BYTES);
  return Math.round(THINNEST + Math.min(1, share) * (THICKEST - THINNEST));
}
