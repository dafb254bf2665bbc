import type { ReactNode } from 'react';

/** Beds of rock, drawn with the patterns that layers are marked with. */
const beds: readonly { readonly path: string; readonly hue: number; readonly stratum: number }[] = [
  { path: 'M0 92c40 4 70-6 120-2s70 8 120 1v29H0z', hue: 40, stratum: 6 },
  { path: 'M0 66c50-8 80 6 130 3s70-8 110-3v25c-50 7-70 3-120-1S40 96 0 92z', hue: 170, stratum: 1 },
  { path: 'M0 48c40 6 90-6 140-1s60 4 100-1v20c-40-5-60 0-110 3S50 58 0 66z', hue: 262, stratum: 7 },
  { path: 'M0 24c50-6 90 8 140 5s70-8 100-5v22c-40 5-50 6-100 1S40 54 0 48z', hue: 75, stratum: 0 },
];

export function StrataPicture(): ReactNode {
  return (
    <svg aria-hidden width="240" height="108" viewBox="0 12 240 108" style={{ borderRadius: 10 }}>
      {beds.map(({ path, hue, stratum }) => (
        <g key={hue}>
          <path d={path} style={{ fill: `light-dark(oklch(0.88 0.06 ${hue}), oklch(0.62 0.075 ${hue}))` }} />
          <path d={path} fill={`url(#stratum-${stratum})`} opacity="0.75" />
        </g>
      ))}
    </svg>
  );
}
