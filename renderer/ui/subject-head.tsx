import type { ReactNode } from 'react';

import './subject-head.css';

interface SubjectHeadProps {
  /** The list that it stands in: the way back. */
  readonly list: { readonly href: string; readonly label: string };
  readonly title: string;
  /** Beside the title: its state, its other names. */
  readonly marks?: ReactNode;
  /** Beneath it, in a line. */
  readonly facts: ReactNode;
  /** Buttons, the main one last. */
  readonly actions?: ReactNode;
}

/** The head of a page that is about one thing: what it is called, how it is, and what can be done to it. */
export function SubjectHead({ list, title, marks, facts, actions }: SubjectHeadProps): ReactNode {
  return (
    <header className="subject-head">
      <div className="subject-identity">
        <div className="subject-names">
          <a href={list.href} className="subject-crumb">
            {list.label}
          </a>
          <span aria-hidden className="subject-crumb">
            /
          </span>
          <h1>{title}</h1>
          {marks}
        </div>
        <div className="subject-facts numbers">{facts}</div>
      </div>
      <div className="subject-actions">{actions}</div>
    </header>
  );
}
