import type { ReactNode } from 'react';

import type { BuildHint } from '#engine/contract/build-hint.ts';
import type { BuildStep } from '#engine/contract/build.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Hash } from '#renderer/ui/hash.tsx';
import { LayerMark } from '#renderer/ui/layer-mark.tsx';
import { OutputPane } from '#renderer/ui/output-pane.tsx';

import { StepActions } from './step-actions.tsx';
import { reasonWords } from './verdict-words.ts';

interface StepPaneProps {
  readonly step: BuildStep | undefined;
  readonly hint: BuildHint | undefined;
  readonly build: string;
}

/** One step: its instruction, why it was not cached, its layer, what it printed. */
export function StepPane({ step, hint, build }: StepPaneProps): ReactNode {
  const t = useTranslate();
  if (step === undefined) return <EmptyState title={t('builds.choose')} />;
  const { text, line, log, number, diffId, state } = step;
  return (
    <section className="builds-pane" aria-label={text}>
      <header className="builds-pane-head">
        <code className="builds-instruction">{text}</code>
        <span className="faint small">{t('builds.line', { line })}</span>
      </header>
      {step.number > 0 && step.state !== 'running' && <StepActions key={step.number} build={build} step={step} />}
      <Verdict step={step} />
      {hint !== undefined && <Hint hint={hint} />}
      {state === 'done' && <Layer diffId={diffId} />}
      <Log number={number} log={log} isOver={state === 'done' || state === 'failed'} />
    </section>
  );
}

function Verdict({ step: { verdict } }: { readonly step: BuildStep }): ReactNode {
  const t = useTranslate();
  if (verdict === undefined) return null;
  return (
    <div className="builds-verdict" data-kind={verdict.kind}>
      <span className="field-label">{t('builds.verdict')}</span>
      {verdict.kind === 'missed' ? (
        <div>
          {t('builds.verdict.missed')}
          <ul>
            {verdict.reasons.map((reason) => (
              <li key={JSON.stringify(reason)}>{reasonWords(reason, t)}</li>
            ))}
          </ul>
        </div>
      ) : (
        <span>{t(`builds.verdict.${verdict.kind}`)}</span>
      )}
    </div>
  );
}

function Hint({ hint: { lines, lostMs } }: { readonly hint: BuildHint }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  return (
    <div className="builds-hint">
      {t('builds.hint', { time: format.seconds(lostMs), count: lines.length, lines: format.list(lines.map(String)) })}
    </div>
  );
}

function Layer({ diffId }: Pick<BuildStep, 'diffId'>): ReactNode {
  const t = useTranslate();
  return (
    <div className="builds-layer">
      <span className="field-label">{t('builds.layer')}</span>
      {diffId === undefined ? (
        <span className="faint">{t('builds.noLayer')}</span>
      ) : (
        <span className="builds-layer-hash">
          <LayerMark diffId={diffId} />
          <Hash digest={diffId} what={t('builds.layer')} />
        </span>
      )}
    </div>
  );
}

interface LogProps extends Pick<BuildStep, 'number' | 'log'> {
  readonly isOver: boolean;
}

/** Of a step that may print yet, nothing is said as long as it hasn't. */
function Log({ number, log, isOver }: LogProps): ReactNode {
  const t = useTranslate();
  if (log === '') return isOver ? <p className="faint builds-silent">{t('builds.noLog')}</p> : null;
  return <OutputPane label={t('builds.log', { number })} lines={log.replace(/\n$/, '').split('\n')} />;
}
