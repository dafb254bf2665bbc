import type { ImageDetails } from '#engine/contract/image.ts';
import { EngineError } from '#engine/contract/errors.ts';

/** @param step from 1. @returns the index of the top layer after it; -1 when no layer has been made by then. */
export function layerAfter({ steps }: Pick<ImageDetails, 'steps'>, step: number): number {
  if (step < 0 || step > steps.length) {
    throw new EngineError(
      'invalid-argument',
      `The image has ${steps.length} steps; there is no step ${step}. estrato image layers lists them.`,
    );
  }
  return steps.slice(0, step).findLast(({ layer }) => layer !== undefined)?.layer ?? -1;
}

/** @param layer from 1. @returns its index. */
export function layerIndex({ layers }: Pick<ImageDetails, 'layers'>, layer: number): number {
  if (layer < 1 || layer > layers.length) {
    throw new EngineError(
      'invalid-argument',
      `The image has ${layers.length} layers; there is no layer ${layer}. estrato image layers lists them.`,
    );
  }
  return layer - 1;
}

/** The index of the layer that is the top after a step, or of the whole image. @throws EngineError when there is none. */
export function topAt(details: Pick<ImageDetails, 'steps' | 'layers'>, step: number | undefined): number {
  const top = step === undefined ? details.layers.length - 1 : layerAfter(details, step);
  if (top < 0) {
    throw new EngineError(
      'invalid-argument',
      `No file has been written by step ${step ?? 0}: there is nothing to show.`,
    );
  }
  return top;
}
