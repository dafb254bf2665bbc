import type { Digest } from '#engine/contract/digest.ts';

import type { CacheEntry } from './cache-document.ts';
import type { StepResult } from './step-cache.ts';
import type { BuildLayer } from './store-step.ts';

/** What the steps of a build have come to, known or made, for whoever takes its cache along. */
export class UsedSteps {
  readonly #results = new Map<string, StepResult>();

  /** One that may be of other bytes than its key says is nobody else's. */
  note(key: string, result: StepResult): StepResult {
    if (result.isDoubtful !== true) this.#results.set(key, result);
    return result;
  }

  /** @param among only of these layers; of all unless told. Steps that changed nothing are always among them. */
  entries(among?: ReadonlySet<Digest>): readonly CacheEntry[] {
    return [...this.#results]
      .filter(([, { layer }]) => layer === undefined || among?.has(layer.diffId) !== false)
      .map(([key, { layer, madeAt }]) => ({ key, madeAt, ...(layer === undefined ? {} : { diffId: layer.diffId }) }));
  }

  /** Each once. */
  layers(among?: ReadonlySet<Digest>): readonly BuildLayer[] {
    const layers = [...this.#results.values()].flatMap(({ layer }) => layer ?? []);
    const wanted = layers.filter(({ diffId }) => among?.has(diffId) !== false);
    return [...new Map(wanted.map((layer) => [layer.diffId, layer])).values()];
  }
}
