import { type ReactNode, useMemo } from 'react';

import './code-view.css';
import './diff-view.css';
import { type DiffLine, diffLines, withContext } from './line-diff.ts';
import { VirtualList } from './virtual-list.tsx';

interface DiffViewProps {
  readonly label: string;
  readonly before: string;
  readonly now: string;
  /** Read aloud before a line: what happened to it. */
  readonly words: Readonly<Record<'added' | 'removed', string>>;
}

const LINE_HEIGHT = 19;
const AROUND = 3;
const LONGEST_LINE = 4000;
const signs = { same: ' ', added: '+', removed: '−' } as const;

/** Two texts as one: what went, what came, and a few lines around. Fills its parent. */
export function DiffView({ label, before, now, words }: DiffViewProps): ReactNode {
  const lines = useMemo(() => withContext(diffLines(before, now), AROUND), [before, now]);
  return (
    <VirtualList
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the list draws the element
      role="region"
      aria-label={label}
      tabIndex={0}
      className="code-view"
      count={lines.length}
      rowHeight={LINE_HEIGHT}
      rowKey={(index) => index}
      isWide
      row={(index) => <Line line={lines[index]} words={words} />}
    />
  );
}

function Line({ line, words }: { readonly line: DiffLine | undefined } & Pick<DiffViewProps, 'words'>): ReactNode {
  if (line === undefined) {
    return (
      <div className="code-line diff-line" data-kind="left-out" aria-hidden>
        <span className="code-number">⋯</span>
      </div>
    );
  }
  return (
    <div className="code-line diff-line" data-kind={line.kind}>
      <span className="code-number" aria-hidden>
        {line.before ?? ''}
      </span>
      <span className="code-number" aria-hidden>
        {line.now ?? ''}
      </span>
      <span aria-hidden className="diff-sign">
        {signs[line.kind]}
      </span>
      {line.kind !== 'same' && <span className="unseen">{`${words[line.kind]} `}</span>}
      <span className="code-text">{line.text.slice(0, LONGEST_LINE)}</span>
    </div>
  );
}
