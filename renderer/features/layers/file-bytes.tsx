import { ArrowLeftToLine, ArrowRightToLine, ChevronLeft, ChevronRight } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Input } from 'react-aria-components';
import { useStore } from 'zustand';

import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { PAGE_BYTES } from '#renderer/stores/file-view.ts';
import { Answered } from '#renderer/ui/answered.tsx';
import '#renderer/ui/field.css';
import { parseOffset } from '#renderer/ui/hex-rows.ts';
import { HexView } from '#renderer/ui/hex-view.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';

interface FileBytesProps {
  readonly path: string;
  /** Of all of it. */
  readonly size: number;
}

/** A file byte by byte, of which only the page that is shown is read. */
export function FileBytes({ path, size }: FileBytesProps): ReactNode {
  const t = useTranslate();
  const { page, file, loadPage } = useStore(appStores().fileView);
  useEffect(() => {
    if (file !== undefined) void loadPage(0);
  }, [file, loadPage]);
  return (
    <Answered asked={page} failed={t('layers.previewFailed')}>
      {({ bytes, offset }) => (
        <>
          <HexView label={t('files.bytesOf', { path })} bytes={bytes} offset={offset} />
          {size > PAGE_BYTES && <Pages offset={offset} size={size} onPage={(to) => void loadPage(to)} />}
        </>
      )}
    </Answered>
  );
}

interface PagesProps {
  readonly offset: number;
  readonly size: number;
  readonly onPage: (offset: number) => void;
}

function Pages({ offset, size, onPage }: PagesProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const last = Math.floor((size - 1) / PAGE_BYTES) * PAGE_BYTES;
  const go = (to: number): void => onPage(Math.max(0, Math.min(last, to - (to % PAGE_BYTES))));
  const range = {
    from: format.count(offset),
    to: format.count(Math.min(size, offset + PAGE_BYTES) - 1),
    size: format.count(size),
  };
  const steps = [
    { label: t('files.pageFirst'), Icon: ArrowLeftToLine, to: 0, isDisabled: offset === 0 },
    { label: t('files.pageBack'), Icon: ChevronLeft, to: offset - PAGE_BYTES, isDisabled: offset === 0 },
    { label: t('files.pageOn'), Icon: ChevronRight, to: offset + PAGE_BYTES, isDisabled: offset >= last },
    { label: t('files.pageLast'), Icon: ArrowRightToLine, to: last, isDisabled: offset >= last },
  ];
  return (
    <fieldset className="preview-pages numbers" aria-label={t('files.pages')}>
      {steps.map(({ label, Icon, to, isDisabled }) => (
        <IconButton
          key={label}
          size="small"
          label={label}
          icon={<Icon aria-hidden />}
          isDisabled={isDisabled}
          onPress={() => go(to)}
        />
      ))}
      <span className="preview-page-range">{t('files.pageRange', range)}</span>
      <GoTo onGo={go} />
    </fieldset>
  );
}

function GoTo({ onGo }: { readonly onGo: (offset: number) => void }): ReactNode {
  const t = useTranslate();
  const [typed, setTyped] = useState('');
  return (
    <form
      className="preview-offset"
      onSubmit={(event) => {
        event.preventDefault();
        const place = parseOffset(typed);
        if (place !== undefined) onGo(place);
      }}
    >
      <Input
        className="field-input"
        aria-label={t('files.goTo')}
        placeholder={t('files.goTo')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </form>
  );
}
