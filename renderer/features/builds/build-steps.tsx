import { Check, CircleDashed, CircleX, LoaderCircle, Zap } from 'lucide-react';
import type { ReactNode } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';

import type { BuildStep } from '#engine/contract/build.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';

import { seconds } from './builds-table.tsx';
import { lookOf, type StepLook } from './verdict-words.ts';

interface BuildStepsProps {
  readonly steps: readonly BuildStep[];
  readonly chosen: number | undefined;
  readonly onChoose: (number: number) => void;
}

const glyphs: Readonly<Record<StepLook, ReactNode>> = {
  waiting: <CircleDashed aria-hidden />,
  running: <LoaderCircle aria-hidden className="builds-turning" />,
  cached: <Zap aria-hidden />,
  done: <Check aria-hidden />,
  failed: <CircleX aria-hidden />,
};

/** The Dockerfile's steps with what became of each, stage by stage. */
export function BuildSteps({ steps, chosen, onChoose }: BuildStepsProps): ReactNode {
  const t = useTranslate();
  return (
    <ListBox
      aria-label={t('builds.steps')}
      className="builds-steps"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={chosen === undefined ? [] : [chosen]}
      onSelectionChange={(keys) => {
        const [key] = keys === 'all' ? [] : keys;
        if (typeof key === 'number') onChoose(key);
      }}
    >
      {steps.map((step, at) => (
        <StepRow key={step.number} step={step} isFirst={steps[at - 1]?.stage !== step.stage} />
      ))}
    </ListBox>
  );
}

function StepRow({ step, isFirst }: { readonly step: BuildStep; readonly isFirst: boolean }): ReactNode {
  const t = useTranslate();
  const look = lookOf(step);
  const { number, text, line, durationMs, stage } = step;
  const [keyword = '', ...rest] = text.split(' ');
  return (
    <ListBoxItem
      id={number}
      textValue={text}
      className="builds-step"
      data-look={look}
      data-first={isFirst || undefined}
    >
      {isFirst && <span className="builds-stage faint small">{t('builds.stage', { name: stage })}</span>}
      <span className="builds-step-row">
        <span className="builds-glyph" title={t(`builds.step.${look}`)}>
          {glyphs[look]}
          <span className="unseen">{t(`builds.step.${look}`)}</span>
        </span>
        <span className="builds-number faint numbers">{line}</span>
        <code className="builds-text cut">
          <b>{keyword}</b> {rest.join(' ')}
        </code>
        <span className="faint numbers small">
          {durationMs === undefined || durationMs < 50 ? '' : seconds(durationMs, t)}
        </span>
      </span>
    </ListBoxItem>
  );
}
