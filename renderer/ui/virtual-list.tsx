import { useVirtualizer } from '@tanstack/react-virtual';
import { type HTMLAttributes, type ReactNode, useEffect, useRef } from 'react';

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

const OVERSCAN = 12;

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
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- no compiler memoises this component
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: rowKey,
    overscan: OVERSCAN,
  });
  useEffect(() => {
    if (shownIndex !== undefined && shownIndex >= 0) virtualizer.scrollToIndex(shownIndex, { align: 'auto' });
  }, [shownIndex, virtualizer]);
  const items = virtualizer.getVirtualItems();
  const start = items[0]?.index ?? 0;
  const end = (items.at(-1)?.index ?? -1) + 1;
  useEffect(() => {
    onRange?.(start, end);
  }, [onRange, start, end]);
  return (
    <div {...rest} ref={scroller} style={{ ...style, overflow: 'auto', minHeight: 0 }}>
      <div role="presentation" style={{ height: virtualizer.getTotalSize(), position: 'relative' }}>
        {items.map((item) => (
          <div
            key={item.key}
            role="presentation"
            style={{
              position: 'absolute',
              top: 0,
              left: 0,
              ...(isWide ? { minWidth: '100%' } : { width: '100%' }),
              transform: `translateY(${item.start}px)`,
            }}
          >
            {row(item.index)}
          </div>
        ))}
      </div>
    </div>
  );
}
