import type { ReactNode } from 'react';

import type { ComparedStep, Comparison, StepPair } from '#engine/contract/comparison.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { LayerMark } from '#renderer/ui/layer-mark.tsx';

import { ChangeGlyph } from './change-glyph.tsx';
import './compare.css';

/** The steps of both, those beside one another that say the same. */
export function CompareSteps({ comparison }: { readonly comparison: Comparison }): ReactNode {
  const t = useTranslate();
  const { steps, before, now } = comparison;
  if (steps.length === 0) return <EmptyState title={t('compare.noSteps')} />;
  return (
    <div className="page-scroll">
      <table className="compare-steps" aria-label={t('compare.stepsOf')}>
        <thead>
          <tr>
            <th scope="col">
              <span className="unseen">{t('compare.change')}</span>
            </th>
            <th scope="col">{before.name}</th>
            <th scope="col">{now.name}</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((pair) => (
            <Pair key={`${pair.before?.step ?? ''}-${pair.now?.step ?? ''}`} pair={pair} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Pair({ pair: { change, before, now } }: { readonly pair: StepPair }): ReactNode {
  const t = useTranslate();
  const words = change === 'changed' ? t('compare.otherLayer') : t(`compare.change.${change}`);
  return (
    <tr data-change={change}>
      <td title={words}>
        <ChangeGlyph change={change} />
        <span className="unseen">{words}</span>
      </td>
      <td>{before !== undefined && <Step step={before} />}</td>
      <td>{now !== undefined && <Step step={now} />}</td>
    </tr>
  );
}

function Step({ step: { step, instruction, diffId } }: { readonly step: ComparedStep }): ReactNode {
  return (
    <span className="compare-step">
      <span className="faint numbers">{step + 1}</span>
      {diffId === undefined ? <span className="compare-unmarked" /> : <LayerMark diffId={diffId} size={14} />}
      <code title={instruction}>{instruction}</code>
    </span>
  );
}
