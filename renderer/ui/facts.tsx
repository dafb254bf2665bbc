import type { ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';

import { CopyButton } from './copy-button.tsx';
import './facts.css';

/** A name and what is so called. */
export interface Fact {
  readonly name: string;
  /** Undefined or empty for what nobody said. */
  readonly value: string | undefined;
  /** To be copied as it stands. */
  readonly isCode?: boolean;
  readonly href?: string;
  readonly note?: string;
}

interface FactsProps {
  readonly title: string;
  readonly facts: readonly Fact[];
  /** Whether the names are long, as a program has them. */
  readonly isWide?: boolean;
}

/** Lists of facts side by side, where there is room. */
export function FactsPage({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div className="page-scroll">
      <div className="facts-page">{children}</div>
    </div>
  );
}

export function Facts({ title, facts, isWide = false }: FactsProps): ReactNode {
  const t = useTranslate();
  return (
    <section {...(isWide ? { className: 'facts-wide' } : {})}>
      <h2>{title}</h2>
      {facts.length === 0 ? (
        <p className="faint">{t('ui.none')}</p>
      ) : (
        <dl className="facts">
          {facts.map((fact) => (
            <div key={fact.name} className="fact">
              <dt>{fact.name}</dt>
              <dd>
                <FactValue {...fact} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function FactValue({ name, value = '', isCode = false, href, note }: Fact): ReactNode {
  const t = useTranslate();
  if (value === '') return <span className="faint">{t('ui.none')}</span>;
  const shown = isCode ? <code>{value}</code> : <span>{value}</span>;
  return (
    <>
      {href === undefined ? shown : <a href={href}>{shown}</a>}
      {isCode && <CopyButton text={value} what={name} />}
      {note !== undefined && <span className="faint small">{note}</span>}
    </>
  );
}
