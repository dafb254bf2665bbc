import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';

import './split-pane.css';

interface SplitPaneProps {
  /** Which of the two panes has the width that can be set. */
  readonly sized: 'start' | 'end';
  readonly initial: number;
  readonly least: number;
  readonly most: number;
  /** Where the width is remembered. */
  readonly storageKey: string;
  readonly start: ReactNode;
  readonly end: ReactNode;
}

const KEY_STEP = 24;

/** Two panes beside each other and a bar between them, moved by pointer or arrow keys. */
export function SplitPane({ sized, initial, least, most, storageKey, start, end }: SplitPaneProps): ReactNode {
  const [width, setWidth] = useState(() => clamp(remembered(storageKey) ?? initial));
  function clamp(value: number): number {
    return Math.round(Math.min(most, Math.max(least, value)));
  }
  const change = (value: number): void => {
    setWidth(clamp(value));
    remember(storageKey, clamp(value));
  };
  const direction = sized === 'start' ? 1 : -1;
  const side = { className: 'split-side', style: { width } };
  const rest = { className: 'split-rest' };
  return (
    <div className="split">
      <div {...(sized === 'start' ? side : rest)}>{start}</div>
      <SplitBar value={width} least={least} most={most} direction={direction} onChange={change} />
      <div {...(sized === 'end' ? side : rest)}>{end}</div>
    </div>
  );
}

interface SplitBarProps {
  readonly value: number;
  readonly least: number;
  readonly most: number;
  /** 1 when moving right makes it wider. */
  readonly direction: 1 | -1;
  readonly onChange: (value: number) => void;
}

function SplitBar({ value, least, most, direction, onChange }: SplitBarProps): ReactNode {
  const t = useTranslate();
  const [drag, setDrag] = useState<{ readonly x: number; readonly value: number }>();
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -KEY_STEP, ArrowRight: KEY_STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onChange(value + step * direction);
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ x: event.clientX, value });
  };
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a bar that is moved, which hr is not
      role="separator"
      aria-orientation="vertical"
      aria-label={t('ui.resizePanes')}
      aria-valuenow={value}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      className="split-bar"
      data-dragging={drag === undefined ? undefined : ''}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => {
        if (drag !== undefined) onChange(drag.value + (event.clientX - drag.x) * direction);
      }}
      onPointerUp={() => setDrag(undefined)}
      onPointerCancel={() => setDrag(undefined)}
    />
  );
}

function remembered(key: string): number | undefined {
  const value = Number.parseInt(localStorage.getItem(`estrato.pane.${key}`) ?? '', 10);
  return Number.isFinite(value) ? value : undefined;
}

function remember(key: string, width: number): void {
  try {
    localStorage.setItem(`estrato.pane.${key}`, String(width));
  } catch {
    // A full or forbidden storage costs the memory of the width, not the width.
  }
}
