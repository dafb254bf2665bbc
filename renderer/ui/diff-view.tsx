import { type ReactNode, useMemo } from 'react';

import { CodeLines } from './code-lines.tsx';
import { type DiffHunk, type DiffRow, inlineRows, type PlacedLine, splitRows } from './diff-rows.ts';
import './diff-view.css';

interface DiffViewProps {
  readonly label: string;
  readonly hunks: readonly DiffHunk[];
  /** Whether the two texts stand side by side, or one has the lines of both. */
  readonly isSplit?: boolean;
  /** Read aloud before a line: what happened to it. */
  readonly words: Readonly<Record<'added' | 'removed', string>>;
}

const signs = { same: ' ', added: '+', removed: '−' } as const;

/** What leads from one text to another: what went, what came, and a few lines around. Fills its parent. */
export function DiffView({ label, hunks, isSplit = false, words }: DiffViewProps): ReactNode {
  const rows = useMemo(() => (isSplit ? splitRows(hunks) : inlineRows(hunks)), [hunks, isSplit]);
  return (
    <CodeLines
      label={label}
      count={rows.length}
      isWide={!isSplit}
      line={(index) => <Row row={rows[index]} words={words} />}
    />
  );
}

function Row({ row, words }: { readonly row: DiffRow | undefined } & Pick<DiffViewProps, 'words'>): ReactNode {
  if (row === undefined || row.kind === 'left-out') {
    return (
      <div className="code-line diff-line" data-kind="left-out" aria-hidden>
        <span className="code-number">⋯</span>
      </div>
    );
  }
  if (row.kind === 'inline') return <Line line={row.line} numbers={[row.line.before, row.line.now]} words={words} />;
  return (
    <div className="diff-split">
      <Half line={row.before} number={row.before?.before} words={words} />
      <Half line={row.now} number={row.now?.now} words={words} />
    </div>
  );
}

interface HalfProps extends Pick<DiffViewProps, 'words'> {
  readonly line: PlacedLine | undefined;
  readonly number: number | undefined;
}

function Half({ line, number, words }: HalfProps): ReactNode {
  if (line === undefined) return <div className="code-line diff-line" data-kind="nothing" aria-hidden />;
  return <Line line={line} numbers={[number]} words={words} />;
}

interface LineProps extends Pick<DiffViewProps, 'words'> {
  readonly line: PlacedLine;
  readonly numbers: readonly (number | undefined)[];
}

function Line({ line, numbers, words }: LineProps): ReactNode {
  return (
    <div className="code-line diff-line" data-kind={line.kind}>
      {numbers.map((number, place) => (
        // oxlint-disable-next-line react/no-array-index-key -- a number is its place
        <span key={place} className="code-number" aria-hidden>
          {number ?? ''}
        </span>
      ))}
      <span aria-hidden className="diff-sign">
        {signs[line.kind]}
      </span>
      {line.kind !== 'same' && <span className="unseen">{`${words[line.kind]} `}</span>}
      <span className="code-text">
        {line.text.slice(0, line.changed.start)}
        {line.changed.end > line.changed.start && (
          <span className="diff-changed">{line.text.slice(line.changed.start, line.changed.end)}</span>
        )}
        {line.text.slice(line.changed.end)}
      </span>
    </div>
  );
}
