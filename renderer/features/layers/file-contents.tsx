import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';

import type { EntryDetails } from '#engine/contract/file-facts.ts';
import type { FilePreview, TreeRow } from '#engine/contract/layer.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Loading } from '#renderer/ui/progress.tsx';
import { Segments } from '#renderer/ui/segments.tsx';

import { FileBytes } from './file-bytes.tsx';
import { FilePicture } from './file-picture.tsx';
import { LinkTarget } from './link-target.tsx';
import { PreviewText } from './preview-text.tsx';
import { ProgramFacts } from './program-facts.tsx';

/** What a file holds, drawn as what it is. */
export function FileContents({ row }: { readonly row: TreeRow }): ReactNode {
  const t = useTranslate();
  const preview = useStore(appStores().layerTree, (state) => state.preview);
  const entry = useStore(appStores().fileView, (state) => state.entry);
  if (preview === undefined) return <NoContents row={row} />;
  if (preview.status === 'loading' || entry?.status === 'loading') return <Loading />;
  if (preview.status === 'failed') {
    return (
      <Banner tone="danger" title={t('layers.previewFailed')}>
        {preview.error.message}
      </Banner>
    );
  }
  const details = entry?.status === 'shown' ? entry.value : undefined;
  return <Contents row={row} preview={preview.preview} details={details} />;
}

type Drawing = 'text' | 'picture' | 'program' | 'hex';

/** The ways that a file can be drawn, the one that says most first. */
function drawingsOf({ kind }: FilePreview, details: EntryDetails | undefined): readonly Drawing[] {
  if (kind === 'symlink' || kind === 'empty') return ['text'];
  const known = { picture: 'picture', elf: 'program' } as const;
  return [
    ...(details?.format === undefined ? [] : [known[details.format.kind]]),
    ...(kind === 'text' ? (['text'] as const) : []),
    'hex',
  ];
}

interface ContentsProps {
  readonly row: TreeRow;
  readonly preview: FilePreview;
  readonly details: EntryDetails | undefined;
}

function Contents({ row, preview, details }: ContentsProps): ReactNode {
  const t = useTranslate();
  const drawings = drawingsOf(preview, details);
  const [wanted, setWanted] = useState<Drawing>();
  const drawing = wanted !== undefined && drawings.includes(wanted) ? wanted : (drawings[0] ?? 'hex');
  return (
    <>
      {row.change === 'removed' && <Banner tone="warning">{t('layers.previewRemoved')}</Banner>}
      {drawings.length > 1 && (
        <div className="preview-sides">
          <Segments
            label={t('files.as')}
            value={drawing}
            choices={drawings.map((value) => ({ value, label: t(`files.as.${value}`) }))}
            onChange={setWanted}
          />
        </div>
      )}
      <Drawn drawing={drawing} row={row} preview={preview} details={details} />
    </>
  );
}

function Drawn({ drawing, row, preview, details }: ContentsProps & { readonly drawing: Drawing }): ReactNode {
  const { path } = row;
  if (preview.kind === 'symlink') return <LinkTarget target={preview.text} details={details} />;
  if (drawing === 'hex') return <FileBytes path={path} size={preview.size} />;
  if (details?.format?.kind === 'picture' && drawing === 'picture') {
    return <FilePicture path={path} size={preview.size} facts={details.format} />;
  }
  if (details?.format?.kind === 'elf' && drawing === 'program') return <ProgramFacts facts={details.format} />;
  return <PreviewText path={path} preview={preview} />;
}

function NoContents({ row }: { readonly row: TreeRow }): ReactNode {
  const t = useTranslate();
  if (row.change === 'removed') {
    return <EmptyState title={t('layers.previewGone')}>{t('layers.previewGoneText')}</EmptyState>;
  }
  const isDirectory = row.type === 'directory';
  if (!isDirectory) return <EmptyState title={t('layers.previewOther')} />;
  return <EmptyState title={t('layers.previewDirectory')}>{t('layers.previewDirectoryText')}</EmptyState>;
}
