import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';

import type { LogBuffer } from '#renderer/stores/log-buffer.ts';

import { LogLine } from './log-line.tsx';
import type { LogMatcher } from './log-search.ts';

interface LogLinesProps {
  readonly label: string;
  readonly buffer: LogBuffer;
  /** Which lines, in order. */
  readonly numbers: readonly number[];
  readonly matcher: LogMatcher | undefined;
  readonly hasTimes: boolean;
  readonly isWrapped: boolean;
  readonly isFollowing: boolean;
  readonly onFollow: (isFollowing: boolean) => void;
  /** The line to bring into view. */
  readonly current: number | undefined;
}

const LINE_HEIGHT = 20;
/** Nearer than this to the end counts as being there. */
const END_PIXELS = 24;

/** The log's lines, of which only those in view are in the page. */
export function LogLines(props: LogLinesProps): ReactNode {
  const { label, buffer, numbers, matcher, hasTimes, isWrapped, current } = props;
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoises this component
  const virtualizer = useVirtualizer({
    count: numbers.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => numbers[index] ?? index,
    overscan: 20,
  });
  useEffect(() => {
    if (current === undefined) return;
    const index = numbers.indexOf(current);
    if (index >= 0) virtualizer.scrollToIndex(index, { align: 'center' });
    // Only when another match is gone to: lines that come in must not take the view back to it.
    // oxlint-disable-next-line react/exhaustive-deps -- so `numbers` is read as it is then
  }, [current, virtualizer]);
  const onScroll = useFollowing(scroller, props, virtualizer.getTotalSize());
  return (
    <div
      ref={scroller}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a log is what it is (WAI-ARIA, "log")
      role="log"
      aria-live="off"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard
      tabIndex={0}
      className="log-lines"
      data-lines={numbers.length}
      {...(isWrapped ? { 'data-wrapped': '' } : {})}
      onScroll={onScroll}
    >
      <div role="presentation" style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {virtualizer.getVirtualItems().map((item) => {
          const number = numbers[item.index] ?? -1;
          const entry = buffer.at(number);
          return (
            <div
              key={item.key}
              ref={isWrapped ? virtualizer.measureElement : undefined}
              data-index={item.index}
              role="presentation"
              className="log-row"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {entry !== undefined && (
                <LogLine entry={entry} matcher={matcher} hasTime={hasTimes} isCurrent={number === current} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** Keeps the end in view while it is followed. Scrolling up leaves it, scrolling to the end takes it up again. */
function useFollowing(
  scroller: { readonly current: HTMLDivElement | null },
  { isFollowing, onFollow }: LogLinesProps,
  height: number,
): () => void {
  const top = useRef(0);
  useEffect(() => {
    const element = scroller.current;
    if (isFollowing && element !== null) element.scrollTo({ top: element.scrollHeight });
  }, [scroller, isFollowing, height]);
  return () => {
    const element = scroller.current;
    if (element === null) return;
    const isUp = element.scrollTop < top.current;
    top.current = element.scrollTop;
    const isAtEnd = element.scrollHeight - element.clientHeight - element.scrollTop < END_PIXELS;
    if (isAtEnd && !isFollowing && !isUp) onFollow(true);
    else if (!isAtEnd && isFollowing && isUp) onFollow(false);
  };
}
