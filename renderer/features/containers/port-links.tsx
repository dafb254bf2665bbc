import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';

import type { ContainerSummary } from '#engine/contract/container.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';

import { publishedPorts } from './published-ports.ts';

/** The ports of the machine that lead into the container; those that a browser may open, as links. */
export function PortLinks({ container }: { readonly container: ContainerSummary }): ReactNode {
  const t = useTranslate();
  return (
    <span className="containers-ports numbers">
      {publishedPorts(container).map(({ key, text, href }) =>
        href === undefined ? (
          <span key={key}>{text}</span>
        ) : (
          <Link
            key={key}
            href={href}
            target="_blank"
            rel="noreferrer"
            aria-label={t('containers.openPort', { port: text })}
          >
            {text}
          </Link>
        ),
      )}
    </span>
  );
}
