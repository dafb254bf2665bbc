import { type ReactNode, useMemo } from 'react';
import { ToggleButton } from 'react-aria-components';

import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';

import { criticalPath, type PlannedStage, type PlannedStep } from './build-plan.ts';
import './stage-graph.css';
import { CARD_WIDTH, HEAD_HEIGHT, layOut, type PlacedStage, ROW_HEIGHT } from './stage-layout.ts';
import { StepGlyph } from './step-glyph.tsx';
import { lookOf } from './verdict-words.ts';

interface StageGraphProps {
  readonly stages: readonly PlannedStage[];
  /** A step's key. */
  readonly chosen: string | undefined;
  readonly onChoose: (key: string) => void;
}

/** Stages and what each takes from which, with the way that took longest. The list says the same. */
export function StageGraph({ stages, chosen, onChoose }: StageGraphProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { width, height, stages: placed, arrows } = useMemo(() => layOut(stages), [stages]);
  const path = useMemo(() => criticalPath(stages), [stages]);
  const onPath = new Set(path.map(({ key }) => key));
  const last = path.at(-1);
  return (
    <section className="stage-graph" aria-label={t('builds.graph.title')}>
      {last !== undefined && (
        <p className="stage-graph-path small">
          <span className="stage-graph-key" aria-hidden />
          {t('builds.graph.path', {
            steps: path.length,
            time: format.seconds((last.startedMs ?? 0) + (last.durationMs ?? 0)),
          })}
        </p>
      )}
      <div className="stage-graph-scroll">
        <div className="stage-graph-ground" style={{ width, height }}>
          <svg aria-hidden width={width} height={height}>
            {arrows.map((arrow) => (
              <path
                key={`${arrow.from} ${arrow.to}`}
                d={arrow.path}
                className="stage-graph-arrow"
                data-path={(onPath.has(arrow.from) && onPath.has(arrow.to)) || undefined}
              />
            ))}
          </svg>
          {placed.map((each) => (
            <StageCard key={each.stage.name} placed={each} onPath={onPath} chosen={chosen} onChoose={onChoose} />
          ))}
        </div>
      </div>
    </section>
  );
}

interface StageCardProps extends Omit<StageGraphProps, 'stages'> {
  readonly placed: PlacedStage;
  readonly onPath: ReadonlySet<string>;
}

function StageCard({ placed, onPath, chosen, onChoose }: StageCardProps): ReactNode {
  const t = useTranslate();
  const { stage, x, y, height } = placed;
  return (
    <section
      className="stage-card"
      aria-label={t('builds.stage', { name: stage.name })}
      style={{ left: x, top: y, width: CARD_WIDTH, height }}
    >
      <header style={{ height: HEAD_HEIGHT }}>
        <strong className="cut">{stage.name}</strong>
        <span className="faint small cut">{stage.image}</span>
      </header>
      {stage.steps.map((step) => (
        <StepButton
          key={step.key}
          step={step}
          isOnPath={onPath.has(step.key)}
          isChosen={step.key === chosen}
          onChoose={onChoose}
        />
      ))}
    </section>
  );
}

interface StepButtonProps {
  readonly step: PlannedStep;
  readonly isOnPath: boolean;
  readonly isChosen: boolean;
  readonly onChoose: (key: string) => void;
}

function StepButton({ step, isOnPath, isChosen, onChoose }: StepButtonProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { key, text, durationMs } = step;
  return (
    <ToggleButton
      className="stage-step"
      style={{ height: ROW_HEIGHT }}
      isSelected={isChosen}
      onChange={() => onChoose(key)}
      data-path={isOnPath || undefined}
    >
      <StepGlyph look={lookOf(step)} />
      <code className="cut">{text}</code>
      {durationMs !== undefined && durationMs >= 50 && (
        <span className="faint numbers small">{format.seconds(durationMs)}</span>
      )}
      {isOnPath && <span className="unseen">{t('builds.graph.onPath')}</span>}
    </ToggleButton>
  );
}
