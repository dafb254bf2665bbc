import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';

import type { ImageDetails } from '#engine/contract/image.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import type { SizedEntry } from '#renderer/stores/size-map.ts';
import { goTo } from '#renderer/ui/hash-location.ts';
import { LayerMark } from '#renderer/ui/layer-mark.tsx';
import { useWidth } from '#renderer/ui/use-width.ts';

import { type PlacedEntry, placeEntries } from './size-map-layout.ts';
import './size-map.css';

interface SizeMapPictureProps {
  readonly details: ImageDetails;
  readonly entries: readonly SizedEntry[];
  /** @param path of a directory. */
  readonly onOpen: (path: string) => void;
}

const HEIGHT = 360;

/** Rectangles as large as their bytes; a directory opens, a file leads to where it can be read. */
export function SizeMapPicture({ details, entries, onOpen }: SizeMapPictureProps): ReactNode {
  const t = useTranslate();
  const [location] = useLocation();
  const [frame, width] = useWidth();
  const [active, setActive] = useState(0);
  const placed = useMemo(() => placeEntries(entries, { width, height: HEIGHT }), [entries, width]);
  const picture = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = beside(event.key, active, placed.length);
    if (next === undefined) return;
    event.preventDefault();
    setActive(next);
    picture.current?.querySelectorAll('button')[next]?.focus();
  };
  const open = ({ path, hasChildren }: SizedEntry): void => {
    if (hasChildren) onOpen(path);
    else goTo(`${location}?${new URLSearchParams({ path })}`);
  };
  return (
    <div ref={frame}>
      {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- one of its buttons has the focus (ARIA APG, "Toolbar") */}
      <div
        ref={picture}
        className="size-map-picture"
        role="toolbar"
        aria-label={t('sizes.picture')}
        style={{ height: HEIGHT }}
        onKeyDown={onKeyDown}
      >
        {placed.map((box, index) => (
          <Box
            key={box.entry.path}
            box={box}
            diffId={details.layers[box.entry.layer]?.diffId ?? ''}
            isActive={index === Math.min(active, placed.length - 1)}
            onOpen={open}
          />
        ))}
      </div>
    </div>
  );
}

/** From the largest to the smallest. */
function beside(key: string, active: number, count: number): number | undefined {
  const next = {
    ArrowRight: active + 1,
    ArrowDown: active + 1,
    ArrowLeft: active - 1,
    ArrowUp: active - 1,
    Home: 0,
    End: count - 1,
  }[key];
  return next === undefined ? undefined : Math.max(0, Math.min(count - 1, next));
}

interface BoxProps {
  readonly box: PlacedEntry;
  readonly diffId: string;
  readonly isActive: boolean;
  readonly onOpen: (entry: SizedEntry) => void;
}

function Box({ box, diffId, isActive, onOpen }: BoxProps): ReactNode {
  const format = useFormat();
  const { entry, left, top, width, height, inside } = box;
  const bytes = format.bytes(entry.size);
  return (
    <button
      type="button"
      className="size-box"
      data-directory={entry.hasChildren ? '' : undefined}
      tabIndex={isActive ? 0 : -1}
      title={`${entry.path} · ${bytes}`}
      style={{ left, top, width, height }}
      onClick={() => onOpen(entry)}
    >
      <span className="size-box-head">
        <LayerMark diffId={diffId} size={12} />
        <span className="cut">{entry.name}</span> <span className="numbers">{bytes}</span>
      </span>
      {inside.map((part) => (
        <span
          key={part.entry.path}
          className="size-part cut"
          aria-hidden
          style={{ left: part.left - left, top: part.top - top, width: part.width, height: part.height }}
        >
          {part.entry.name}
        </span>
      ))}
    </button>
  );
}
