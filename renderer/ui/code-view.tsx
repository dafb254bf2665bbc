import { type ReactNode, useMemo } from 'react';

import { CodeLines } from './code-lines.tsx';

interface CodeViewProps {
  readonly label: string;
  readonly text: string;
  readonly hasNumbers?: boolean;
}

/** A longer line is cut: it is no text for people, and one element can't draw it quickly. */
const LONGEST_LINE = 4000;

/** Text as it is, line by line, of any length. Fills its parent. */
export function CodeView({ label, text, hasNumbers = true }: CodeViewProps): ReactNode {
  const lines = useMemo(() => text.replace(/\n$/, '').split('\n'), [text]);
  const digits = String(lines.length).length;
  return (
    <CodeLines
      label={label}
      count={lines.length}
      line={(index) => (
        <div className="code-line">
          {hasNumbers && (
            <span className="code-number" aria-hidden style={{ minWidth: `calc(${digits}ch + 22px)` }}>
              {index + 1}
            </span>
          )}
          <span className="code-text" style={hasNumbers ? {} : { paddingLeft: 12 }}>
            {shortened(lines[index] ?? '')}
          </span>
        </div>
      )}
    />
  );
}

function shortened(line: string): string {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} …` : line;
}
