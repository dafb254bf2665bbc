import { type ReactNode, useEffect, useRef } from 'react';

import './output-pane.css';

/** What a program has printed so far, its last lines in view. */
export function OutputPane({ label, lines }: { readonly label: string; readonly lines: readonly string[] }): ReactNode {
  const pane = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (pane.current !== null) pane.current.scrollTop = pane.current.scrollHeight;
  }, [lines]);
  return (
    <pre
      ref={pane}
      className="output-pane"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard
      tabIndex={0}
      role="log"
      aria-label={label}
    >
      {lines.join('\n')}
    </pre>
  );
}
