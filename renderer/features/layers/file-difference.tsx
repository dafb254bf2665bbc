import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';

import type { FileDiff } from '#engine/contract/file-diff.ts';
import type { TreeRow } from '#engine/contract/layer.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Answered } from '#renderer/ui/answered.tsx';
import { Banner } from '#renderer/ui/banner.tsx';
import { DiffView } from '#renderer/ui/diff-view.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Segments } from '#renderer/ui/segments.tsx';
import { Select } from '#renderer/ui/select.tsx';

import './file-preview.css';
import { comparableLayers } from './file-versions.ts';
import { useBlame } from './use-blame.ts';

/** What a file became, beside what one of the layers below had. */
export function FileDifference({ row }: { readonly row: TreeRow }): ReactNode {
  const t = useTranslate();
  const { file, blame } = useStore(appStores().fileView);
  const from = useStore(appStores().layerTree, (state) => state.view?.from ?? 0);
  const isFile = row.type === 'file' || row.type === 'hardlink';
  useBlame(isFile ? file : undefined);
  if (!isFile || file === undefined) return <EmptyState title={t('files.diffFilesOnly')} />;
  return (
    <Answered asked={blame} failed={t('files.historyFailed')}>
      {(known) => <Compared path={row.path} layers={comparableLayers(known, { from, to: file.to })} />}
    </Answered>
  );
}

interface ComparedProps {
  readonly path: string;
  /** Those that it can be compared with. */
  readonly layers: readonly number[];
}

function Compared({ path, layers }: ComparedProps): ReactNode {
  const t = useTranslate();
  const { file, diff, compareWith } = useStore(appStores().fileView);
  const [first] = layers;
  useEffect(() => {
    if (first !== undefined) void compareWith(first);
  }, [file, first, compareWith]);
  if (first === undefined) return <EmptyState title={t('files.diffFirst')}>{t('files.diffFirstText')}</EmptyState>;
  return (
    <Answered asked={diff} failed={t('files.diffFailed')}>
      {(shown) => <Difference path={path} layers={layers} {...shown} onBefore={(layer) => void compareWith(layer)} />}
    </Answered>
  );
}

interface DifferenceProps extends ComparedProps {
  readonly before: number;
  readonly diff: FileDiff;
  readonly onBefore: (layer: number) => void;
}

const layouts = ['inline', 'split'] as const;
type Layout = (typeof layouts)[number];

function Difference({ path, layers, before, diff, onBefore }: DifferenceProps): ReactNode {
  const t = useTranslate();
  const [layout, setLayout] = useState<Layout>('inline');
  return (
    <>
      <div className="preview-sides">
        <Select
          label={t('files.comparedWith')}
          isLabelHidden
          value={String(before)}
          choices={layers.map((layer) => ({
            value: String(layer),
            label: t('files.asOfLayer', { number: layer + 1 }),
          }))}
          onChange={(layer) => onBefore(Number(layer))}
        />
        {diff.kind === 'text' && <LayoutChoice layout={layout} onLayout={setLayout} />}
      </div>
      <DiffOf path={path} diff={diff} isSplit={layout === 'split'} />
    </>
  );
}

interface DiffOfProps {
  readonly path: string;
  readonly diff: FileDiff;
  readonly isSplit: boolean;
}

/** A comparison of a file, with the choice of how it is laid out. */
export function DiffPane({ path, diff }: { readonly path: string; readonly diff: FileDiff }): ReactNode {
  const [layout, setLayout] = useState<Layout>('inline');
  return (
    <>
      {diff.kind === 'text' && (
        <div className="preview-sides">
          <LayoutChoice layout={layout} onLayout={setLayout} />
        </div>
      )}
      <DiffOf path={path} diff={diff} isSplit={layout === 'split'} />
    </>
  );
}

interface LayoutChoiceProps {
  readonly layout: Layout;
  readonly onLayout: (layout: Layout) => void;
}

function LayoutChoice({ layout, onLayout }: LayoutChoiceProps): ReactNode {
  const t = useTranslate();
  return (
    <Segments
      label={t('files.layout')}
      value={layout}
      choices={layouts.map((value) => ({ value, label: t(`files.layout.${value}`) }))}
      onChange={onLayout}
    />
  );
}

/** A comparison as far as there is one: of texts their lines, of anything else the sizes. */
function DiffOf({ path, diff, isSplit }: DiffOfProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  if (diff.kind === 'same') return <EmptyState title={t('files.diffSame')}>{t('files.diffSameText')}</EmptyState>;
  if (diff.kind !== 'text') {
    return (
      <EmptyState title={t(diff.kind === 'binary' ? 'files.diffBinary' : 'files.diffTooLarge')}>
        {t('files.diffBytes', { before: format.bytes(diff.beforeBytes), now: format.bytes(diff.nowBytes) })}
      </EmptyState>
    );
  }
  return (
    <>
      {diff.isCut && <Banner tone="plain">{t('files.diffCut')}</Banner>}
      <DiffView
        label={t('files.diffOf', { path })}
        hunks={diff.hunks}
        isSplit={isSplit}
        words={{ added: t('changes.lineAdded'), removed: t('changes.lineRemoved') }}
      />
    </>
  );
}
