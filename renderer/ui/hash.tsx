import type { ReactNode } from 'react';

import { CopyButton } from './copy-button.tsx';
import './hash.css';

interface HashProps {
  /** `sha256:` and hex digits. */
  readonly digest: string;
  /** What it identifies, in the sentence "Copy …". */
  readonly what: string;
  /** Hex digits shown. */
  readonly length?: number;
}

/** The beginning of a digest, and a button that copies all of it. */
export function Hash({ digest, what, length = 12 }: HashProps): ReactNode {
  return (
    <span className="hash">
      <code title={digest}>{shortDigest(digest, length)}</code>
      <CopyButton text={digest} what={what} />
    </span>
  );
}

/** The first hex digits of a digest, without its algorithm. */
export function shortDigest(digest: string, length = 12): string {
  return digest.slice(digest.indexOf(':') + 1).slice(0, length);
}
