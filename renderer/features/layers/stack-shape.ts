import type { ImageDetails, ImageLayer, ImageStep } from '#engine/contract/image.ts';

/** A layer with the step that made it. */
export interface LayerBed {
  readonly kind: 'layer';
  /** Index from the base. */
  readonly index: number;
  readonly layer: ImageLayer;
  readonly step: ImageStep | undefined;
}

/** A step that changed no file. */
export interface EmptyStep {
  readonly kind: 'step';
  /** Index into the image's steps. */
  readonly index: number;
  readonly step: ImageStep;
}

export type StackItem = LayerBed | EmptyStep;

/** Layers and the steps between them as they lie on each other, the newest first. */
export function stackItems({ steps, layers }: Pick<ImageDetails, 'steps' | 'layers'>): readonly StackItem[] {
  const items: StackItem[] = [];
  let placed = 0;
  const placeLayersUpTo = (end: number): void => {
    for (; placed < end; placed += 1) {
      const layer = layers[placed];
      if (layer !== undefined) items.push({ kind: 'layer', index: placed, layer, step: steps[layer.step] });
    }
  };
  for (const [index, step] of steps.entries()) {
    if (step.layer === undefined) items.push({ kind: 'step', index, step });
    else placeLayersUpTo(step.layer + 1);
  }
  // A history that tells less than there is.
  placeLayersUpTo(layers.length);
  return items.toReversed();
}

const THINNEST = 46;
const THICKEST = 132;
/** Below this a layer is as thin as can be, above it as thick. */
const LEAST_BYTES = 1e4;
const MOST_BYTES = 1e9;

/** Pixels: grows with the logarithm of the bytes, so that a megabyte and a gigabyte can be told apart on one screen. */
export function bedThickness(bytes: number): number {
  const share = Math.log(Math.max(bytes, LEAST_BYTES) / LEAST_BYTES) / Math.log(MOST_BYTES / LEAST_BYTES);
  return Math.round(THINNEST + Math.min(1, share) ** 1.5 * (THICKEST - THINNEST));
}

/** Both ends included, base = 0. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export function isInside(index: number, { from, to }: Span): boolean {
  return index >= from && index <= to;
}

/** From an address: `2`, `1-3`; undefined for what is no span of that many layers. */
export function parseSpan(text: string | null, layerCount: number): Span | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text ?? '');
  if (match === null) return undefined;
  const from = Number(match[1]) - 1;
  const to = match[2] === undefined ? from : Number(match[2]) - 1;
  return from >= 0 && from <= to && to < layerCount ? { from, to } : undefined;
}

export function formatSpan({ from, to }: Span): string {
  return from === to ? String(from + 1) : `${from + 1}-${to + 1}`;
}
