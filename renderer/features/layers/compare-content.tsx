import type { ReactNode } from 'react';

import type { Comparison } from '#engine/contract/comparison.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';

import './compare.css';
import './why-big.css';

/** The bytes that both have, wherever they stand, and what only moved. */
export function CompareContent({ comparison }: { readonly comparison: Comparison }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { content, before, now } = comparison;
  if (content === undefined) return <EmptyState title={t('compare.noFiles')} />;
  const { sharedBytes, beforeBytes, nowBytes, moved } = content;
  const parts = [
    { part: 'before', name: t('compare.contentOnly', { name: before.name }), bytes: beforeBytes },
    { part: 'shared', name: t('compare.contentShared'), bytes: sharedBytes },
    { part: 'now', name: t('compare.contentOnly', { name: now.name }), bytes: nowBytes },
  ];
  return (
    <div className="page-scroll">
      <div className="why-big">
        <section className="why-efficiency" aria-label={t('compare.contentTitle')}>
          <dl className="why-facts numbers">
            {parts.map(({ part, name, bytes }) => (
              <div key={part}>
                <dt>
                  <span className="compare-key" data-part={part} aria-hidden />
                  {name}
                </dt>
                <dd>{format.bytes(bytes)}</dd>
              </div>
            ))}
          </dl>
          <div className="why-bar" aria-hidden>
            {parts
              .filter(({ bytes }) => bytes > 0)
              .map(({ part, bytes }) => (
                <span key={part} data-part={part} style={{ flexGrow: bytes }} />
              ))}
          </div>
          <p className="soft small">{t('compare.contentHelp')}</p>
        </section>
        <section className="waste waste-wide">
          <h2>{t('compare.moved')}</h2>
          {moved.length === 0 ? (
            <p className="waste-none soft">{t('compare.movedNone')}</p>
          ) : (
            <ul className="waste-rows" aria-label={t('compare.moved')}>
              {moved.map(({ from, to, size }) => (
                <li key={`${from} ${to}`} className="waste-link">
                  <span className="waste-line">
                    <code className="waste-path cut" title={to}>
                      <bdi>{to}</bdi>
                    </code>
                    <span className="waste-bytes numbers">{format.bytes(size)}</span>
                  </span>
                  <span className="waste-note soft">{t('compare.movedFrom', { path: from })}</span>
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
    </div>
  );
}
