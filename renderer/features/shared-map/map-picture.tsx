import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';

import type { ChainSegment } from '#engine/contract/sharing.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { LayerTexture } from '#renderer/ui/layer-mark.tsx';
import { useWidth } from '#renderer/ui/use-width.ts';

import { type PlacedSegment, placeSegments, segmentBeside } from './map-layout.ts';
import { SegmentFacts } from './segment-facts.tsx';
import './shared-map.css';

const ROW = 34;
/** Between rows, so that beds side by side can be told apart. */
const GAP = 3;
const NAMES = 240;

/** Stacks on their side: a bed is as high as the images that share it, and as wide as its bytes. */
export function MapPicture({ segments }: { readonly segments: readonly ChainSegment[] }): ReactNode {
  const t = useTranslate();
  const [frame, width] = useWidth();
  const [chosen, setChosen] = useState(0);
  const active = Math.min(chosen, segments.length - 1);
  const placed = useMemo(() => placeSegments(segments, Math.max(120, width - NAMES)), [segments, width]);
  const picture = useRef<HTMLDivElement>(null);
  const rows = placed.reduce((most, { row, rows: high }) => Math.max(most, row + high), 0);
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = segmentBeside(event.key, active, placed);
    if (next === active) return;
    event.preventDefault();
    setChosen(next);
    picture.current?.querySelector<HTMLElement>(`[data-segment="${next}"]`)?.focus();
  };
  const shown = placed[active];
  return (
    <>
      <div className="map-scroll">
        <div ref={frame}>
          {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- one of its buttons has the focus (ARIA APG, "Toolbar") */}
          <div
            ref={picture}
            className="map-picture"
            role="toolbar"
            aria-label={t('map.picture')}
            aria-orientation="horizontal"
            style={{ height: rows * ROW }}
            onKeyDown={onKeyDown}
          >
            {placed.map((bed) => (
              <Bed key={bed.index} bed={bed} isActive={bed.index === active} onChoose={() => setChosen(bed.index)} />
            ))}
          </div>
        </div>
      </div>
      {shown !== undefined && <SegmentFacts segment={shown.segment} />}
    </>
  );
}

interface BedProps {
  readonly bed: PlacedSegment;
  readonly isActive: boolean;
  readonly onChoose: () => void;
}

function Bed({ bed, isActive, onChoose }: BedProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { segment, index, row, rows, left, right, layers } = bed;
  const place = { top: row * ROW, height: rows * ROW - GAP };
  return (
    <>
      <button
        type="button"
        className="map-bed"
        data-segment={index}
        aria-pressed={isActive}
        aria-label={segmentWords(t, segment, format.bytes(segment.bytes))}
        tabIndex={isActive ? 0 : -1}
        style={{ ...place, left, width: right - left }}
        onClick={onChoose}
      >
        {layers.map((layer, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- a layer may stand twice in a stack
          <span key={at} className="map-layer" style={{ left: layer.left - left, width: layer.width }}>
            <LayerTexture diffId={layer.diffId} />
          </span>
        ))}
      </button>
      {segment.images.map(({ id, name }, at) => (
        <a
          key={id}
          className="map-name cut"
          href={`#/images/${encodeURIComponent(id)}`}
          title={name}
          style={{ top: (row + at) * ROW, left: right + 10, maxWidth: NAMES - 20 }}
        >
          {name}
        </a>
      ))}
    </>
  );
}

/** What a bed is, for who doesn't see it. */
export function segmentWords(t: Translate, { layers, images, imageCount }: ChainSegment, bytes: string): string {
  const sums = t('map.segment', { layers: layers.length, bytes, images: imageCount });
  return images.length === 0 ? sums : `${sums}: ${images.map(({ name }) => name).join(', ')}`;
}
