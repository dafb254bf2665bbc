import { type CSSProperties, memo, type ReactNode } from 'react';

import type { LogEntry } from '#engine/contract/container.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';

import { cutByRanges, type LogMatcher } from './log-search.ts';
import { clockTime } from './log-text.ts';
import { parsedLine } from './parsed-lines.ts';
import type { SgrColour, SgrStyle } from './sgr.ts';

interface LogLineProps {
  readonly entry: LogEntry;
  readonly matcher: LogMatcher | undefined;
  readonly hasTime: boolean;
  /** Whether it is the match that was gone to. */
  readonly isCurrent: boolean;
}

export const LogLine = memo(function LogLine({ entry, matcher, hasTime, isCurrent }: LogLineProps): ReactNode {
  const t = useTranslate();
  const isError = entry.stream === 'stderr';
  return (
    <div className="log-line" data-stream={entry.stream} {...(isCurrent ? { 'data-current': '' } : {})}>
      {isError && <span className="unseen">{t('logs.stderr')}: </span>}
      {hasTime && (
        <time className="log-time" dateTime={new Date(entry.time).toISOString()}>
          {clockTime(entry.time)}
        </time>
      )}
      <span className="log-text">
        <LineText entry={entry} matcher={matcher} />
      </span>
    </div>
  );
});

/** A longer line is cut: one element can't draw it quickly. Copying takes all of it. */
const LONGEST_LINE = 10_000;

function LineText({ entry, matcher }: Pick<LogLineProps, 'entry' | 'matcher'>): ReactNode {
  const { spans, text } = parsedLine(entry);
  if (text.length > LONGEST_LINE) return `${text.slice(0, LONGEST_LINE)} …`;
  const pieces = cutByRanges(spans, matcher?.(text) ?? []);
  return pieces.map((piece, index) => {
    const style = styleOf(spans[piece.span]?.style ?? {});
    // A line's pieces never move.
    const key = `${index}`;
    if (piece.isMatch) {
      return (
        <mark key={key} style={style}>
          {piece.text}
        </mark>
      );
    }
    return (
      <span key={key} style={style}>
        {piece.text}
      </span>
    );
  });
}

function styleOf(style: SgrStyle): CSSProperties {
  const ink = style.foreground === undefined ? undefined : colourOf(style.foreground);
  const ground = style.background === undefined ? undefined : colourOf(style.background);
  const isInverse = style.inverse === true;
  const color = isInverse ? (ground ?? 'var(--ansi-ground)') : ink;
  const background = isInverse ? (ink ?? 'var(--ansi-ink)') : ground;
  return {
    ...(color === undefined ? {} : { color }),
    ...(background === undefined ? {} : { background }),
    ...(style.bold === true ? { fontWeight: 700 } : {}),
    ...(style.dim === true ? { opacity: 0.7 } : {}),
    ...(style.italic === true ? { fontStyle: 'italic' } : {}),
    ...lineOf(style),
  };
}

function lineOf({ underline, strike }: SgrStyle): CSSProperties {
  const lines = [...(underline === true ? ['underline'] : []), ...(strike === true ? ['line-through'] : [])];
  return lines.length === 0 ? {} : { textDecoration: lines.join(' ') };
}

const CUBE = [0, 95, 135, 175, 215, 255] as const;

/** Beyond the 16 named: a cube of 6 × 6 × 6, then 24 greys (xterm's 256 colours). */
function colourOf(colour: SgrColour): string {
  if (typeof colour !== 'number') return `rgb(${colour.red} ${colour.green} ${colour.blue})`;
  if (colour < 16) return `var(--ansi-${colour})`;
  if (colour >= 232) {
    const grey = 8 + (colour - 232) * 10;
    return `rgb(${grey} ${grey} ${grey})`;
  }
  const index = colour - 16;
  const channel = (step: number): number => CUBE[Math.floor(index / step) % 6] ?? 0;
  return `rgb(${channel(36)} ${channel(6)} ${channel(1)})`;
}
