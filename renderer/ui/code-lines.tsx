import type { ReactNode } from 'react';

import './code-view.css';
import { VirtualList } from './virtual-list.tsx';

interface CodeLinesProps {
  /** Read aloud of the whole. */
  readonly label: string;
  readonly count: number;
  readonly line: (index: number) => ReactNode;
  /** Whether a line may be wider than what is seen. */
  readonly isWide?: boolean;
}

/** As in the stylesheet. */
const LINE_HEIGHT = 19;

/** Lines in the type of code, any number of them, to be scrolled with the keys, too. Fills its parent. */
export function CodeLines({ label, count, line, isWide = true }: CodeLinesProps): ReactNode {
  return (
    <VirtualList
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the list draws the element
      role="region"
      aria-label={label}
      tabIndex={0}
      className="code-view"
      count={count}
      rowHeight={LINE_HEIGHT}
      rowKey={(index) => index}
      isWide={isWide}
      row={line}
    />
  );
}
