/** How a layer is drawn wherever it appears: derived from its diff id alone, so that the same layer looks the same. */
export interface LayerMarkShape {
  /** Degrees of the OKLCH hue circle. */
  readonly hue: number;
  /** Whether the lighter or the darker of two shades. */
  readonly shade: 0 | 1;
  /** Index into `strata`. */
  readonly stratum: number;
}

interface Stratum {
  readonly path: string;
  readonly isFilled?: boolean;
}

/**
 * Patterns on a tile of 8 by 8, after the rock symbols of geological sections (FGDC Digital Cartographic Standard for
 * Geologic Map Symbolization, section 37): each can be told from the others without its colour.
 */
export const strata: readonly Stratum[] = [
  // sandstone
  {
    path: 'M1.2 2a.8.8 0 1 0 1.600 0a.8.8 0 1 0-1.600 0M5.200 6a.8.8 0 1 0 1.600 0a.8.8 0 1 0-1.600 0',
    isFilled: true,
  },
  // limestone
  { path: 'M0 .5H8M0 4.500H8M2 .5V4.500M6 4.500V8.500' },
  // shale
  { path: 'M0 2H4.500M4 6H8.500M-.5 6H.5' },
  // inclined beds
  { path: 'M-1 9L9-1M-1 1L1-1M7 9L9 7' },
  // beds inclined the other way
  { path: 'M-1-1L9 9M7-1L9 1M-1 7L1 9' },
  // marble
  { path: 'M-1 9L9-1M-1-1L9 9' },
  // granite
  { path: 'M2 .2V3.800M.2 2H3.800M6 4.200V7.800M4.200 6H7.800' },
  // gneiss
  { path: 'M-2 4C-.7 1.500 .7 1.500 2 4S4.700 6.500 6 4S8.700 1.500 10 4' },
  // columnar basalt
  { path: 'M2 0V8M6 0V8' },
  // tuff
  { path: 'M-.5 6.500L4 2.200L8.500 6.500' },
  // oolite
  { path: 'M1.800 4a2.200 2.200 0 1 0 4.400 0a2.200 2.200 0 1 0-4.400 0' },
  // dolomite
  { path: 'M2 .6L3.700 3.600H.3ZM6 4.600L7.700 7.600H4.300Z', isFilled: true },
];

const HUES = 24;

/** @param diffId `sha256:` and hex digits; anything else gets a mark as well. */
export function layerMarkShape(diffId: string): LayerMarkShape {
  const hex = diffId.slice(diffId.indexOf(':') + 1);
  const byte = (index: number): number => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16) || 0;
  return {
    hue: ((byte(0) % HUES) * 360) / HUES,
    shade: byte(1) % 2 === 0 ? 0 : 1,
    stratum: ((byte(2) << 8) | byte(3)) % strata.length,
  };
}

/** The ground of a mark, for both themes. */
export function layerColour({ hue, shade }: LayerMarkShape): string {
  const light = shade === 0 ? `oklch(0.86 0.085 ${hue})` : `oklch(0.75 0.115 ${hue})`;
  const dark = shade === 0 ? `oklch(0.76 0.1 ${hue})` : `oklch(0.63 0.115 ${hue})`;
  return `light-dark(${light}, ${dark})`;
}
