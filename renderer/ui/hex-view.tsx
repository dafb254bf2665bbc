import { type ReactNode, useMemo } from 'react';

import './code-view.css';
import { hexRows } from './hex-rows.ts';
import './hex-view.css';
import { useWidth } from './use-width.ts';
import { VirtualList } from './virtual-list.tsx';

interface HexViewProps {
  readonly label: string;
  readonly bytes: Uint8Array;
  /** Of the first byte in the file. */
  readonly offset: number;
}

const LINE_HEIGHT = 19;

/** Pixels that sixteen bytes take with their letters. */
const WIDE = 610;

/** Bytes as numbers and as letters, sixteen a line where there is room. Fills its parent. */
export function HexView({ label, bytes, offset }: HexViewProps): ReactNode {
  const [frame, width] = useWidth();
  const rowBytes = width >= WIDE ? 16 : 8;
  const rows = useMemo(() => hexRows(bytes, offset, rowBytes), [bytes, offset, rowBytes]);
  return (
    <div ref={frame} className="hex-view">
      <VirtualList
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the list draws the element
        role="region"
        aria-label={label}
        tabIndex={0}
        className="code-view"
        count={rows.length}
        rowHeight={LINE_HEIGHT}
        rowKey={(index) => index}
        isWide
        row={(index) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <div className="code-line hex-line">
              <span className="code-number">{row.offset}</span>
              <span>{row.hex}</span>
              <span className="hex-letters">{row.letters}</span>
            </div>
          );
        }}
      />
    </div>
  );
}
