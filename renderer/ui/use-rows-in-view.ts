import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

import { movedTo, placeOf, type ScrollPlace, type ScrollSpace } from './scaled-scroll.ts';

interface RowsInView {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Pixels from a row's place in the content to its place in what is scrolled; 0 unless that is scaled. */
  readonly shift: number;
}

interface Rows extends RowsInView {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly onScroll: () => void;
  /** Scrolls as little as shows a row whole. */
  readonly showRow: (index: number) => void;
}

/** Rows that are drawn above and below those in view. */
const OVERSCAN = 12;

/** Which of many rows of one height are in view of the element that scrolls them. */
export function useRowsInView(count: number, rowHeight: number): Rows {
  const scroller = useRef<HTMLDivElement>(null);
  const place = useRef<ScrollPlace>({ top: 0, bar: 0 });
  const [inView, setInView] = useState<RowsInView>({ start: 0, end: 0, shift: 0 });
  const content = count * rowHeight;
  const space = useCallback((): ScrollSpace => ({ content, view: scroller.current?.clientHeight ?? 0 }), [content]);
  const settle = useCallback(
    (now: ScrollPlace) => {
      place.current = now;
      const { view } = space();
      const next = {
        start: Math.max(0, Math.floor(now.top / rowHeight) - OVERSCAN),
        end: Math.min(count, Math.ceil((now.top + view) / rowHeight) + OVERSCAN),
        shift: now.bar - now.top,
      };
      setInView((before) => (isSame(before, next) ? before : next));
    },
    [space, count, rowHeight],
  );
  const onScroll = useCallback(() => {
    const bar = scroller.current?.scrollTop ?? 0;
    settle(movedTo(space(), place.current, bar));
  }, [space, settle]);
  const goTo = useCallback(
    (top: number) => {
      const element = scroller.current;
      if (element === null) return;
      const next = placeOf(space(), top);
      element.scrollTop = next.bar;
      // What a browser makes of it may be a fraction off; the move that is told of next must be none.
      settle({ top: next.top, bar: element.scrollTop });
    },
    [space, settle],
  );
  const showRow = useCallback(
    (index: number) => {
      const { view } = space();
      const { top } = place.current;
      const start = index * rowHeight;
      if (start < top) goTo(start);
      else if (start + rowHeight > top + view) goTo(start + rowHeight - view);
    },
    [space, goTo, rowHeight],
  );
  useLayoutEffect(onScroll, [onScroll]);
  useMeasured(scroller, onScroll);
  useBarInStep({ scroller, place, goTo });
  return { ...inView, scroller, onScroll, showRow };
}

function isSame(one: RowsInView, other: RowsInView): boolean {
  return one.start === other.start && one.end === other.end && one.shift === other.shift;
}

function useMeasured(scroller: RefObject<HTMLDivElement | null>, onSize: () => void): void {
  useEffect(() => {
    if (scroller.current === null) return undefined;
    const observer = new ResizeObserver(onSize);
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [scroller, onSize]);
}

interface Bar {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly place: RefObject<ScrollPlace>;
  readonly goTo: (top: number) => void;
}

/** The wheel moves a scaled list's bar further than its content; once it rests, the bar shows again where the content is. */
function useBarInStep({ scroller, place, goTo }: Bar): void {
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const onEnd = (): void => {
      const { top, bar } = place.current;
      if (top !== bar) goTo(top);
    };
    element.addEventListener('scrollend', onEnd);
    return () => element.removeEventListener('scrollend', onEnd);
  }, [scroller, place, goTo]);
}
