import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';

import type { ImageDetails } from '#engine/contract/image.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import '#renderer/ui/segments.css';

import { LayerBedRow } from './layer-bed-row.tsx';
import './layer-stack.css';
import { type EmptyStep, isInside, type Span, stackItems } from './stack-shape.ts';

export interface LayerStackProps {
  readonly details: ImageDetails;
  readonly span: Span;
  readonly onSpan: (span: Span) => void;
}

type Mode = 'one' | 'upTo';
const modes: readonly Mode[] = ['one', 'upTo'];

/** The image as a core sample: its layers lie on each other, as thick as they are large. */
export function LayerStack({ details, span, onSpan }: LayerStackProps): ReactNode {
  const t = useTranslate();
  const items = useMemo(() => stackItems(details), [details]);
  const top = details.layers.length - 1;
  const list = useRef<HTMLDivElement>(null);
  const choose = useChoice({ list, span, onSpan, top });
  return (
    <section className="stack" aria-label={t('layers.stackTitle')}>
      <div className="stack-head">
        <h2>{t('layers.stackTitle')}</h2>
        <ModeSwitch span={span} top={top} onChange={choose.setMode} onWhole={() => onSpan({ from: 0, to: top })} />
      </div>
      <div
        ref={list}
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a select can't draw layers
        role="listbox"
        aria-label={t('layers.stack')}
        aria-multiselectable
        aria-activedescendant={`layer-${choose.active}`}
        tabIndex={0}
        className="stack-scroll"
        onKeyDown={choose.onKeyDown}
      >
        {items.map((item) =>
          item.kind === 'layer' ? (
            <LayerBedRow
              key={`layer-${item.index}`}
              bed={item}
              isTop={item.index === top}
              isActive={item.index === choose.active}
              span={span}
              onClick={(event) => choose.onClick(item.index, event)}
            />
          ) : (
            <ThinStep key={`step-${item.index}`} item={item} isInside={isBetween(items.indexOf(item), items, span)} />
          ),
        )}
        <div className="stack-ground" aria-hidden />
      </div>
      {top > 0 && <p className="stack-help">{t('layers.stackHelp')}</p>}
    </section>
  );
}

/** Whether a step without a layer lies between two chosen layers. */
function isBetween(position: number, items: ReturnType<typeof stackItems>, span: Span): boolean {
  const above = items.slice(0, position).findLast((item) => item.kind === 'layer');
  const below = items.slice(position + 1).find((item) => item.kind === 'layer');
  return above !== undefined && below !== undefined && isInside(above.index, span) && isInside(below.index, span);
}

function ThinStep({ item, isInside: isChosen }: { readonly item: EmptyStep; readonly isInside: boolean }): ReactNode {
  const t = useTranslate();
  return (
    <div
      role="presentation"
      className="thin-step"
      title={`${item.step.instruction} (${t('layers.noFile')})`}
      {...(isChosen ? { 'data-inside': '' } : {})}
    >
      <span className="thin-step-line" />
      <code className="cut">{item.step.instruction}</code>
    </div>
  );
}

interface ModeSwitchProps {
  readonly span: Span;
  readonly top: number;
  readonly onChange: (mode: Mode) => void;
  readonly onWhole: () => void;
}

function ModeSwitch({ span, top, onChange, onWhole }: ModeSwitchProps): ReactNode {
  const t = useTranslate();
  if (top <= 0) return null;
  const isWhole = span.from === 0 && span.to === top;
  const selected = isWhole ? ['whole'] : modes.filter((mode) => mode === modeOf(span));
  return (
    <ToggleButtonGroup
      aria-label={t('layers.mode')}
      className="segments"
      disallowEmptySelection
      selectedKeys={selected}
      onSelectionChange={(keys) => {
        if (keys.has('whole')) onWhole();
        else onChange(keys.has('upTo') ? 'upTo' : 'one');
      }}
    >
      <ToggleButton id="whole" className="segment">
        {t('layers.whole')}
      </ToggleButton>
      {modes.map((mode) => (
        <ToggleButton key={mode} id={mode} className="segment">
          {t(`layers.${mode}`)}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}

function modeOf({ from, to }: Span): Mode | undefined {
  if (from === to) return 'one';
  return from === 0 ? 'upTo' : undefined;
}

interface ChoiceParts extends Pick<LayerStackProps, 'span' | 'onSpan'> {
  readonly list: { readonly current: HTMLDivElement | null };
  readonly top: number;
}

interface Choice {
  /** The layer that the arrow keys move from. */
  readonly active: number;
  readonly setMode: (mode: Mode) => void;
  readonly onClick: (index: number, event: MouseEvent) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

function useChoice({ list, span, onSpan, top }: ChoiceParts): Choice {
  const [active, setActive] = useState(span.to);
  const [anchor, setAnchor] = useState(span.to);
  const [mode, setMode] = useState<Mode>('one');
  useEffect(() => {
    list.current?.querySelector('[data-active]')?.scrollIntoView({ block: 'nearest' });
  }, [list, active]);
  const choose = (index: number, isRange: boolean, chosen: Mode = mode): void => {
    setActive(index);
    if (isRange) {
      onSpan({ from: Math.min(anchor, index), to: Math.max(anchor, index) });
      return;
    }
    setAnchor(index);
    onSpan({ from: chosen === 'upTo' ? 0 : index, to: index });
  };
  return {
    active: Math.min(active, top),
    setMode: (next) => {
      setMode(next);
      choose(Math.min(active, top), false, next);
    },
    onClick: (index, event) => choose(index, event.shiftKey),
    onKeyDown: (event) => {
      const next = { ArrowUp: active + 1, ArrowDown: active - 1, Home: top, End: 0 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      choose(Math.max(0, Math.min(top, next)), event.shiftKey);
    },
  };
}
