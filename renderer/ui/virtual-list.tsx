import { type HTMLAttributes, type ReactNode, useEffect } from 'react';

import { spaceHeight } from './scaled-scroll.ts';
import { useRowsInView } from './use-rows-in-view.ts';

interface VirtualListProps extends Omit<HTMLAttributes<HTMLDivElement>, 'children'> {
  readonly count: number;
  /** Pixels; every row has the same. */
  readonly rowHeight: number;
  readonly row: (index: number) => ReactNode;
  /** What makes a row the same row when others move. */
  readonly rowKey: (index: number) => string | number;
  /** Kept in view. */
  readonly shownIndex?: number | undefined;
  /** Whether a row may be wider than the list, which then scrolls sideways as well. */
  readonly isWide?: boolean;
  /** Told of the rows in view, `end` exclusive. */
  readonly onRange?: (start: number, end: number) => void;
}

/** A list of any length: only the rows in view are in the page. Scrolls itself; its parent gives it its height. */
export function VirtualList({
  count,
  rowHeight,
  row,
  rowKey,
  shownIndex,
  onRange,
  isWide = false,
  style,
  ...rest
}: VirtualListProps): ReactNode {
  const { scroller, onScroll, showRow, start, end, shift } = useRowsInView(count, rowHeight);
  useEffect(() => {
    if (shownIndex !== undefined && shownIndex >= 0) showRow(shownIndex);
  }, [shownIndex, showRow]);
  useEffect(() => {
    onRange?.(start, end);
  }, [onRange, start, end]);
  const indexes = Array.from({ length: Math.max(0, Math.min(end, count) - start) }, (_, at) => start + at);
  return (
    <div {...rest} ref={scroller} onScroll={onScroll} style={{ ...style, overflow: 'auto', minHeight: 0 }}>
      <div role="presentation" style={{ height: spaceHeight(count * rowHeight), position: 'relative' }}>
        {indexes.map((index) => (
          <div
            key={rowKey(index)}
            role="presentation"
            style={{
              position: 'absolute',
              top: 0,
              left: 0,
              ...(isWide ? { minWidth: '100%' } : { width: '100%' }),
              transform: `translateY(${index * rowHeight + shift}px)`,
            }}
          >
            {row(index)}
          </div>
        ))}
      </div>
    </div>
  );
}
