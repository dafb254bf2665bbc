import type { ReactNode } from 'react';

import type { ChainSegment } from '#engine/contract/sharing.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { Hash } from '#renderer/ui/hash.tsx';
import { LayerMark } from '#renderer/ui/layer-mark.tsx';

import './shared-map.css';

/** The layers of one bed, and who has them. */
export function SegmentFacts({ segment }: { readonly segment: ChainSegment }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { layers, bytes, imageCount } = segment;
  return (
    <section className="map-facts" aria-label={t('map.chosen')} aria-live="polite">
      <h2>{t('map.segment', { layers: layers.length, bytes: format.bytes(bytes), images: imageCount })}</h2>
      <ul className="map-layers">
        {layers.map((layer, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a layer may stand twice in a stack
          <li key={index}>
            <LayerMark diffId={layer.diffId} size={16} />
            <Hash digest={layer.diffId} what={t('layers.hash')} />
            <span className="numbers">{format.bytes(layer.bytes)}</span>
            {layer.isRepeated && <span className="faint">{t('map.repeated')}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
