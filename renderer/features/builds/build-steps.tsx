import type { ReactNode } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';

import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';

import type { PlannedStage, PlannedStep } from './build-plan.ts';
import { StepGlyph } from './step-glyph.tsx';
import { lookOf } from './verdict-words.ts';

interface BuildStepsProps {
  readonly stages: readonly PlannedStage[];
  /** A step's key. */
  readonly chosen: string | undefined;
  readonly onChoose: (key: string) => void;
}

/** The Dockerfile's steps with what became of each, stage by stage. */
export function BuildSteps({ stages, chosen, onChoose }: BuildStepsProps): ReactNode {
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
        if (typeof key === 'string') onChoose(key);
      }}
    >
      {stages.flatMap(({ steps }) =>
        steps.map((step, at) => <StepRow key={step.key} step={step} isFirst={at === 0} />),
      )}
    </ListBox>
  );
}

function StepRow({ step, isFirst }: { readonly step: PlannedStep; readonly isFirst: boolean }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const look = lookOf(step);
  const { key, text, line, durationMs, stage } = step;
  const [keyword = '', ...rest] = text.split(' ');
  return (
    <ListBoxItem id={key} textValue={text} className="builds-step" data-look={look} data-first={isFirst || undefined}>
      {isFirst && <span className="builds-stage faint small">{t('builds.stage', { name: stage })}</span>}
      <span className="builds-step-row">
        <StepGlyph look={look} />
        <span className="builds-number faint numbers">{line}</span>
        <code className="builds-text cut">
          <b>{keyword}</b> {rest.join(' ')}
        </code>
        <span className="faint numbers small">
          {durationMs === undefined || durationMs < 50 ? '' : format.seconds(durationMs)}
        </span>
      </span>
    </ListBoxItem>
  );
}
