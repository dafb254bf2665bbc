import { Eye, EyeOff } from 'lucide-react';
import { type ReactNode, useState } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';

import { CopyButton } from './copy-button.tsx';
import './facts.css';
import { IconButton } from './icon-button.tsx';

/** A name and what is so called. */
export interface Fact {
  readonly name: string;
  /** Undefined or empty for what nobody said. */
  readonly value: string | undefined;
  /** To be copied as it stands. */
  readonly isCode?: boolean;
  readonly href?: string;
  readonly note?: string;
  /** Shown only when it is asked for. */
  readonly isSecret?: boolean;
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

function FactValue(fact: Fact): ReactNode {
  const t = useTranslate();
  const { name, value = '', isCode = false, isSecret = false, note } = fact;
  if (value === '') return <span className="faint">{t('ui.none')}</span>;
  return (
    <>
      {isSecret ? <SecretValue {...fact} value={value} /> : <PlainValue {...fact} value={value} />}
      {isCode && <CopyButton text={value} what={name} />}
      {note !== undefined && <span className="faint small">{note}</span>}
    </>
  );
}

type ShownFact = Fact & { readonly value: string };

function PlainValue({ value, isCode = false, href }: ShownFact): ReactNode {
  const shown = isCode ? <code>{value}</code> : <span>{value}</span>;
  return href === undefined ? shown : <a href={href}>{shown}</a>;
}

/** As many dots whatever it is: even its length says something. */
const MASK = '••••••••';

function SecretValue(fact: ShownFact): ReactNode {
  const t = useTranslate();
  const [isShown, setIsShown] = useState(false);
  return (
    <>
      {isShown ? <PlainValue {...fact} /> : <span aria-label={t('ui.hidden')}>{MASK}</span>}
      <IconButton
        size="small"
        label={t(isShown ? 'ui.hideWhat' : 'ui.showWhat', { what: fact.name })}
        icon={isShown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
        onPress={() => setIsShown(!isShown)}
      />
    </>
  );
}
