import type { ReactNode } from 'react';

import { layerColour, layerMarkShape, strata } from './layer-mark-shape.ts';
import './layer-mark.css';

/** The patterns that every mark refers to; drawn once, beside the app's frame. */
export function LayerPatterns(): ReactNode {
  return (
    <svg aria-hidden width="0" height="0" style={{ position: 'absolute' }}>
      <defs>
        {strata.map(({ path, isFilled = false }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the index is what marks refer to
          <pattern key={index} id={`stratum-${index}`} width="8" height="8" patternUnits="userSpaceOnUse">
            <path
              d={path}
              fill={isFilled ? 'var(--mark-ink)' : 'none'}
              stroke={isFilled ? 'none' : 'var(--mark-ink)'}
              strokeWidth="1"
            />
          </pattern>
        ))}
      </defs>
    </svg>
  );
}

/** A layer's colour and pattern, filling its parent. */
export function LayerTexture({ diffId }: { readonly diffId: string }): ReactNode {
  const shape = layerMarkShape(diffId);
  return (
    <svg className="layer-texture" aria-hidden style={{ background: layerColour(shape) }}>
      <rect width="100%" height="100%" fill={`url(#stratum-${shape.stratum})`} />
    </svg>
  );
}

/** A layer's own mark, the same wherever the layer is drawn. Its name stands beside it. */
export function LayerMark({ diffId, size = 16 }: { readonly diffId: string; readonly size?: number }): ReactNode {
  return (
    <span className="layer-mark" style={{ width: size, height: size, overflow: 'hidden' }}>
      <LayerTexture diffId={diffId} />
    </span>
  );
}

/** A stack of layers lying on its side, base to the left. How many there are stands beside it. */
export function LayerStrip({ diffIds }: { readonly diffIds: readonly string[] }): ReactNode {
  return (
    <span className="layer-strip" aria-hidden>
      {diffIds.map((diffId, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a layer may stand twice in a stack
        <span key={`${index}-${diffId}`} style={{ width: 12 }}>
          <LayerTexture diffId={diffId} />
        </span>
      ))}
    </span>
  );
}
