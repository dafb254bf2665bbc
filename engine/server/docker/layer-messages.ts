import type { LayerProgress, PullProgress } from '#engine/contract/image.ts';

/** `jsonmessage.JSONMessage` of Docker's clients. */
export interface JsonMessage {
  readonly status?: string;
  readonly id?: string;
  readonly stream?: string;
  readonly progress?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
}

/** What Docker says of a layer in each state. */
const words: Readonly<Record<LayerProgress['state'], string>> = {
  waiting: 'Pulling fs layer',
  exists: 'Already exists',
  downloading: 'Downloading',
  verifying: 'Verifying Checksum',
  downloaded: 'Download complete',
  unpacking: 'Extracting',
  done: 'Pull complete',
};

/** Progress, each time of all layers, as messages about those that changed. */
export class LayerMessages {
  readonly #told = new Map<number, LayerProgress>();

  *since({ layers }: PullProgress): Generator<JsonMessage> {
    for (const [place, layer] of layers.entries()) {
      const told = this.#told.get(place);
      if (told?.state === layer.state && told.current === layer.current) continue;
      this.#told.set(place, layer);
      yield messageOf(layer);
    }
  }
}

function messageOf({ digest, state, current, total }: LayerProgress): JsonMessage {
  const id = digest.slice('sha256:'.length, 'sha256:'.length + 12);
  const isMoving = (state === 'downloading' || state === 'unpacking') && total > 0;
  if (!isMoving) return { status: words[state], progressDetail: {}, id };
  // What is unpacked is larger than what was fetched: the picture ends at its end.
  const shown = Math.min(current, total);
  return { status: words[state], progressDetail: { current: shown, total }, progress: bar(shown, total), id };
}

const BAR_WIDTH = 50;

/** `[=====>    ]  1.2MB/3.4MB`, which older clients print as it is. */
function bar(current: number, total: number): string {
  const filled = Math.floor((current / total) * BAR_WIDTH);
  const arrow = filled < BAR_WIDTH ? '>' : '';
  return `[${`${'='.repeat(filled)}${arrow}`.padEnd(BAR_WIDTH)}]  ${megabytes(current)}/${megabytes(total)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toPrecision(4)}MB`;
}
