import { CircleX, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';

import type { DockerfileProblem } from '#engine/contract/dockerfile.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';

interface ProblemListProps {
  readonly problems: readonly DockerfileProblem[];
  /** Goes to where it is. */
  readonly onChoose: (problem: Pick<DockerfileProblem, 'line' | 'column'>) => void;
}

/** What is wrong with a Dockerfile, or better written another way; each at its line. */
export function ProblemList({ problems, onChoose }: ProblemListProps): ReactNode {
  const t = useTranslate();
  return (
    <section aria-live="polite" aria-label={t('builds.form.problems')} className="builds-problems">
      {problems.length === 0 ? (
        <p className="faint">{t('builds.form.noProblems')}</p>
      ) : (
        <ul>
          {problems.map(({ severity, rule, message, line, column }) => (
            <li key={`${line} ${rule ?? ''} ${message}`}>
              <Button className="builds-problem" onPress={() => onChoose({ line, column })}>
                <span data-severity={severity}>
                  {severity === 'error' ? <CircleX size={14} aria-hidden /> : <TriangleAlert size={14} aria-hidden />}
                </span>
                <span className="faint numbers">{t('builds.line', { line })}</span>
                <span>
                  {message}
                  {rule !== undefined && <span className="faint"> ({rule})</span>}
                </span>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
