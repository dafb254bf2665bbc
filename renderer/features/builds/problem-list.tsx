import { CircleX, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

import type { DockerfileProblem } from '#engine/contract/dockerfile.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';

/** What is wrong with a Dockerfile, or better written another way; each at its line. */
export function ProblemList({ problems }: { readonly problems: readonly DockerfileProblem[] }): ReactNode {
  const t = useTranslate();
  return (
    <section aria-live="polite">
      <h2>{t('builds.form.problems')}</h2>
      {problems.length === 0 ? (
        <p className="faint">{t('builds.form.noProblems')}</p>
      ) : (
        <ul className="builds-problems">
          {problems.map(({ severity, rule, message, line }) => (
            <li key={`${line} ${rule ?? ''} ${message}`}>
              <span data-severity={severity}>
                {severity === 'error' ? <CircleX size={14} aria-hidden /> : <TriangleAlert size={14} aria-hidden />}
              </span>
              <span className="faint numbers">{t('builds.line', { line })}</span>
              <span>
                {message}
                {rule !== undefined && <span className="faint"> ({rule})</span>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
