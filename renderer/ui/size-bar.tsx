import type { ReactNode } from 'react';

import './size-bar.css';

interface SizeBarProps {
  /** Said aloud: the sizes in words. */
  readonly label: string;
  /** Drawn solid. */
  readonly first: number;
  /** Drawn hatched, after `first`. */
  readonly second?: number;
  /** What the full width stands for. */
  readonly whole: number;
}

/** One or two amounts as parts of a whole. */
export function SizeBar({ label, first, second = 0, whole }: SizeBarProps): ReactNode {
  const width = (part: number): string => `${whole <= 0 ? 0 : Math.min(100, (part / whole) * 100)}%`;
  return (
    <>
      <span className="unseen">{label}</span>
      <span className="size-bar" aria-hidden>
        <span className="size-bar-part" data-part="first" style={{ width: width(first) }} />
        <span className="size-bar-part" data-part="second" style={{ width: width(second) }} />
      </span>
    </>
  );
}
