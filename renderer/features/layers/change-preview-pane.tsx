import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';

import type { FilePreview, TreeRow } from '#engine/contract/layer.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { ChangedFile } from '#renderer/stores/container-changes.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { DiffView } from '#renderer/ui/diff-view.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { Segments } from '#renderer/ui/segments.tsx';

import { ChangeGlyph } from './change-glyph.tsx';
import './file-preview.css';
import { modeWords, ownerWords } from './file-words.ts';
import { LinkTarget } from './link-target.tsx';
import { PreviewHead } from './preview-head.tsx';
import { PreviewText } from './preview-text.tsx';

/** One of the changed files: what differs, as it is, and as the image has it. */
export function ChangePreviewPane(): ReactNode {
  const t = useTranslate();
  const selected = useStore(appStores().containerChanges, (state) => state.selected);
  if (selected === undefined) {
    return (
      <section className="preview" aria-label={t('layers.preview')}>
        <EmptyState title={t('layers.previewNone')}>{t('changes.previewText')}</EmptyState>
      </section>
    );
  }
  return (
    <section className="preview" aria-label={t('layers.preview')}>
      <PreviewHead path={selected.path} />
      <ChangeFacts row={selected} />
      <Contents key={selected.path} row={selected} />
    </section>
  );
}

function ChangeFacts({ row }: { readonly row: TreeRow }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  return (
    <div className="preview-facts numbers">
      {row.change !== 'unchanged' && (
        <span className="files-sum">
          <ChangeGlyph change={row.change} />
          {t(`layers.change.${row.change}`)}
        </span>
      )}
      <span>{t(`layers.type.${row.type}`)}</span>
      <span>{format.bytes(row.size)}</span>
      <code>{modeWords(row.type, row.mode)}</code>
      <span>{ownerWords(row.uid, row.gid)}</span>
      <span title={format.dateTime(row.mtime * 1000)}>{format.ago(row.mtime * 1000)}</span>
    </div>
  );
}

function Contents({ row }: { readonly row: TreeRow }): ReactNode {
  const t = useTranslate();
  const preview = useStore(appStores().containerChanges, (state) => state.preview);
  if (preview === undefined) {
    return <EmptyState title={t(row.type === 'directory' ? 'layers.previewDirectory' : 'layers.previewOther')} />;
  }
  if (preview.status === 'loading') return <Loading />;
  if (preview.status === 'failed') {
    return (
      <Banner tone="danger" title={t('layers.previewFailed')}>
        {preview.error.message}
      </Banner>
    );
  }
  return <ChangedContents path={row.path} file={preview.file} />;
}

type Side = 'diff' | 'now' | 'before';

interface ChangedContentsProps {
  readonly path: string;
  readonly file: ChangedFile;
}

function ChangedContents({ path, file }: ChangedContentsProps): ReactNode {
  const t = useTranslate();
  const sides = sidesOf(file);
  const [wanted, setSide] = useState<Side>('diff');
  const side = sides.includes(wanted) ? wanted : (sides[0] ?? 'now');
  const { now, before, diff } = file;
  const one = side === 'before' ? before : now;
  return (
    <>
      {sides.length > 1 && (
        <div className="preview-sides">
          <Segments
            label={t('changes.side')}
            value={side}
            choices={sides.map((value) => ({ value, label: t(`changes.side.${value}`) }))}
            onChange={setSide}
          />
        </div>
      )}
      {side === 'diff' && diff !== undefined ? (
        <DiffView
          label={t('changes.diffOf', { path })}
          hunks={diff.hunks}
          words={{ added: t('changes.lineAdded'), removed: t('changes.lineRemoved') }}
        />
      ) : (
        one !== undefined && <OneSide path={path} preview={one} isRemoved={now === undefined} />
      )}
    </>
  );
}

interface OneSideProps {
  readonly path: string;
  readonly preview: FilePreview;
  /** Whether it is what the image has, and is there no more. */
  readonly isRemoved: boolean;
}

function OneSide({ path, preview, isRemoved }: OneSideProps): ReactNode {
  const t = useTranslate();
  return (
    <>
      {isRemoved && <Banner tone="warning">{t('layers.previewRemoved')}</Banner>}
      {preview.kind === 'symlink' ? (
        <LinkTarget target={preview.text} details={undefined} />
      ) : (
        <PreviewText path={path} preview={preview} />
      )}
    </>
  );
}

/** What there is to show. */
function sidesOf({ now, before, diff }: ChangedFile): readonly Side[] {
  return [
    ...(diff?.kind === 'text' ? (['diff'] as const) : []),
    ...(now === undefined ? [] : (['now'] as const)),
    ...(before === undefined ? [] : (['before'] as const)),
  ];
}
