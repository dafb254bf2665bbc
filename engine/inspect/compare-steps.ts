import type { ComparedStep, StepPair } from '#engine/contract/comparison.ts';
import { alignSteps } from '#engine/image/list-images.ts';
import type { ImageConfig } from '#engine/oci/image-config.ts';

import { alignLines } from './line-diff.ts';

/** The steps of two images beside one another, by what they say. */
export function compareSteps(before: ImageConfig, now: ImageConfig): StepPair[] {
  const [one, other] = [stepsOf(before), stepsOf(now)];
  const words = (steps: readonly ComparedStep[]): readonly string[] => steps.map(({ instruction }) => instruction);
  let [at, otherAt] = [0, 0];
  return alignLines(words(one), words(other)).flatMap((kind): StepPair[] => {
    const was = kind === 'added' ? undefined : one[at++];
    const is = kind === 'removed' ? undefined : other[otherAt++];
    if (was === undefined) return is === undefined ? [] : [{ change: 'added', now: is }];
    if (is === undefined) return [{ change: 'removed', before: was }];
    return [{ change: was.diffId === is.diffId ? 'unchanged' : 'changed', before: was, now: is }];
  });
}

function stepsOf(config: ImageConfig): readonly ComparedStep[] {
  return alignSteps(config).map(({ instruction, layer }, step) => {
    const diffId = layer === undefined ? undefined : config.diffIds[layer];
    return { step, instruction, ...(diffId === undefined ? {} : { diffId }) };
  });
}
