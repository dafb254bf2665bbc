import { Pause, Play } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';

import type { ImageDetails } from '#engine/contract/image.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { LayerTexture } from '#renderer/ui/layer-mark.tsx';

import { isInside, type Span } from './stack-shape.ts';
import { barHeight, draggedSpan, movedSpan } from './timeline-moves.ts';
import './timeline-strip.css';

interface TimelineProps {
  readonly details: ImageDetails;
  readonly span: Span;
  readonly onSpan: (span: Span) => void;
}

const STEP_MS = 900;

/** The layers from left to right in the order they were made, as high as they are large; a drag chooses a range. */
export function TimelineStrip({ details, span, onSpan }: TimelineProps): ReactNode {
  const t = useTranslate();
  const top = details.layers.length - 1;
  const base = useStore(appStores().layerTree, (state) => state.base);
  const [isPlaying, setPlaying] = useState(false);
  usePlayer({ isPlaying, span, top, onSpan, onEnd: () => setPlaying(false) });
  if (top < 1) return null;
  const play = (): void => {
    // From the end it begins again.
    if (!isPlaying && span.to === top) onSpan({ from: 0, to: 0 });
    setPlaying(!isPlaying);
  };
  return (
    <section className="timeline" aria-label={t('layers.timeline')}>
      <IconButton
        size="small"
        label={isPlaying ? t('layers.pause') : t('layers.play')}
        icon={isPlaying ? <Pause aria-hidden /> : <Play aria-hidden />}
        onPress={play}
      />
      <Track details={details} span={span} onSpan={onSpan} onPlay={play} />
      {base !== undefined && (
        <p className="timeline-base cut" title={base.name}>
          {base.layers === undefined
            ? t('layers.baseClaimed', { name: base.name })
            : t('layers.baseLayers', { name: base.name, count: base.layers })}
        </p>
      )}
    </section>
  );
}

function Track({ details, span, onSpan, onPlay }: TimelineProps & { readonly onPlay: () => void }): ReactNode {
  const t = useTranslate();
  const [anchor, setAnchor] = useState<number>();
  const base = useStore(appStores().layerTree, (state) => state.base?.layers);
  const top = details.layers.length - 1;
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = movedSpan(event.key, span, { top, isExtending: event.shiftKey });
    if (next === undefined && event.key !== ' ') return;
    event.preventDefault();
    if (next === undefined) onPlay();
    else onSpan(next);
  };
  const indexAt = (event: PointerEvent<HTMLElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.min(top, Math.max(0, Math.floor(((event.clientX - left) / width) * (top + 1))));
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    const start = event.shiftKey ? span.from : indexAt(event);
    setAnchor(start);
    onSpan(draggedSpan(start, indexAt(event)));
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    if (anchor === undefined) return;
    const next = draggedSpan(anchor, indexAt(event));
    if (next.from !== span.from || next.to !== span.to) onSpan(next);
  };
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an input can't draw layers, nor choose a range
      role="slider"
      tabIndex={0}
      aria-label={t('layers.timelineStep')}
      aria-valuemin={1}
      aria-valuemax={top + 1}
      aria-valuenow={span.to + 1}
      aria-valuetext={valueText(t, details, span)}
      className="timeline-track"
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => setAnchor(undefined)}
      onPointerCancel={() => setAnchor(undefined)}
    >
      {details.layers.map((_, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a layer is its place in the stack, and one can stand in it twice
        <Bar key={index} details={details} index={index} span={span} isBase={index < (base ?? 0)} />
      ))}
    </div>
  );
}

function valueText(t: ReturnType<typeof useTranslate>, { layers, steps }: ImageDetails, { from, to }: Span): string {
  const range =
    from === to
      ? t('layers.layerNumber', { number: to + 1 })
      : t('layers.rangeNumbers', { from: from + 1, to: to + 1 });
  return `${range}: ${steps[layers[to]?.step ?? 0]?.instruction ?? ''}`;
}

interface BarProps {
  readonly details: ImageDetails;
  readonly index: number;
  readonly span: Span;
  readonly isBase: boolean;
}

function Bar({ details, index, span, isBase }: BarProps): ReactNode {
  const format = useFormat();
  const layer = details.layers[index];
  if (layer === undefined) return null;
  const instruction = details.steps[layer.step]?.instruction ?? '';
  return (
    <span
      className="timeline-cell"
      title={`${index + 1} · ${format.bytes(layer.size)} · ${instruction}`}
      {...(isInside(index, span) ? { 'data-inside': '' } : {})}
      {...(index === span.from ? { 'data-from': '' } : {})}
      {...(index === span.to ? { 'data-to': '' } : {})}
      {...(isBase ? { 'data-base': '' } : {})}
    >
      <span className="timeline-bar" style={{ height: `${barHeight(layer.size)}%` }}>
        <LayerTexture diffId={layer.diffId} />
      </span>
    </span>
  );
}

interface Player {
  readonly isPlaying: boolean;
  readonly span: Span;
  readonly top: number;
  readonly onSpan: (span: Span) => void;
  readonly onEnd: () => void;
}

/** One step further every so often, until the top. */
function usePlayer({ isPlaying, span, top, onSpan, onEnd }: Player): void {
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = setTimeout(() => {
      const next = movedSpan('ArrowRight', span, { top, isExtending: false });
      if (next === undefined || span.to === top) onEnd();
      else onSpan(next);
    }, STEP_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, span, top, onSpan, onEnd]);
}
