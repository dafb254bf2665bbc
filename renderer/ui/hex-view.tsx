import { type ReactNode, useMemo } from 'react';

import { CodeLines } from './code-lines.tsx';
import { hexRows } from './hex-rows.ts';
import './hex-view.css';
import { useWidth } from './use-width.ts';

interface HexViewProps {
  readonly label: string;
  readonly bytes: Uint8Array;
  /** Of the first byte in the file. */
  readonly offset: number;
}

/** Pixels that sixteen bytes take with their letters. */
const WIDE = 610;

/** Bytes as numbers and as letters, sixteen a line where there is room. Fills its parent. */
export function HexView({ label, bytes, offset }: HexViewProps): ReactNode {
  const [frame, width] = useWidth();
  const rowBytes = width >= WIDE ? 16 : 8;
  const rows = useMemo(() => hexRows(bytes, offset, rowBytes), [bytes, offset, rowBytes]);
  return (
    <div ref={frame} className="hex-view">
      <CodeLines
        label={label}
        count={rows.length}
        line={(index) => {
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
