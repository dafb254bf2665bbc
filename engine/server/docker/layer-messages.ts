import type { LayerProgress, PullProgress } from '#engine/contract/image.ts';

/** `jsonmessage.JSONMessage` of Docker's clients. */
export interface JsonMessage {
  readonly status?: string;
  readonly id?: string;
  readonly stream?: string;
  readonly progress?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  /** For programs: of a push what was pushed. */
  readonly aux?: Readonly<Record<string, unknown>>;
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
  pushing: 'Pushing',
  mounted: 'Mounted from another repository',
  pushed: 'Pushed',
};

/** Of a push, where it says something else. */
const pushWords = { waiting: 'Preparing', exists: 'Layer already exists' } as const;

export type Direction = 'pull' | 'push';

/** Progress, each time of all layers, as messages about those that changed. */
export class LayerMessages {
  readonly #told = new Map<number, LayerProgress>();
  readonly #words: typeof words;

  constructor(direction: Direction = 'pull') {
    this.#words = direction === 'pull' ? words : { ...words, ...pushWords };
  }

  *since({ layers }: PullProgress): Generator<JsonMessage> {
    for (const [place, layer] of layers.entries()) {
      const told = this.#told.get(place);
      if (told?.state === layer.state && told.current === layer.current) continue;
      this.#told.set(place, layer);
      yield messageOf(layer, this.#words);
    }
  }
}

function messageOf({ digest, state, current, total }: LayerProgress, says: typeof words): JsonMessage {
  const id = digest.slice('sha256:'.length, 'sha256:'.length + 12);
  const isMoving = (state === 'downloading' || state === 'unpacking' || state === 'pushing') && total > 0;
  if (!isMoving) return { status: says[state], progressDetail: {}, id };
  // What is unpacked is larger than what was fetched: the picture ends at its end.
  const shown = Math.min(current, total);
  return { status: says[state], progressDetail: { current: shown, total }, progress: bar(shown, total), id };
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
