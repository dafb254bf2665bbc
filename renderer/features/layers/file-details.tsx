import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import type { EntryDetails } from '#engine/contract/file-facts.ts';
import { type Format, useFormat } from '#renderer/i18n/format.ts';
import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Answered } from '#renderer/ui/answered.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { type Fact, Facts } from '#renderer/ui/facts.tsx';

import './file-preview.css';
import { attributeWords, modeWords } from './file-words.ts';

/** All that is known of an entry besides what it holds. */
export function FileDetails(): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const entry = useStore(appStores().fileView, (state) => state.entry);
  if (entry === undefined) {
    return <EmptyState title={t('layers.previewGone')}>{t('layers.previewGoneText')}</EmptyState>;
  }
  return (
    <Answered asked={entry} failed={t('layers.previewFailed')}>
      {(details) => (
        <div className="preview-scroll">
          <Facts title={t('files.facts')} facts={entryFacts(t, format, details)} />
          <Facts title={t('files.xattrs')} facts={attributeFacts(details)} />
        </div>
      )}
    </Answered>
  );
}

function attributeFacts({ xattrs }: EntryDetails): readonly Fact[] {
  return Object.entries(xattrs).map(([name, value]) => ({ name, value: attributeWords(value), isCode: true }));
}

function entryFacts(t: Translate, format: Format, entry: EntryDetails): readonly Fact[] {
  const { path, type, mode, uid, gid, size, mtime, layer, contentDigest, linkTarget, device } = entry;
  const octal = mode.toString(8).padStart(4, '0');
  const told: readonly (Fact | undefined)[] = [
    { name: t('files.fact.path'), value: path, isCode: true },
    { name: t('files.fact.type'), value: t(`layers.type.${type}`) },
    { name: t('files.fact.mode'), value: octal, note: modeWords(type, mode) },
    { name: t('files.fact.owner'), value: `${uid}:${gid}` },
    type === 'directory'
      ? undefined
      : {
          name: t('files.fact.size'),
          value: format.bytes(size),
          note: t('files.fact.bytes', { count: format.count(size) }),
        },
    { name: t('files.fact.mtime'), value: format.dateTime(mtime * 1000), note: format.ago(mtime * 1000) },
    { name: t('files.fact.layer'), value: format.count(layer + 1) },
    contentDigest === undefined ? undefined : { name: t('files.fact.digest'), value: contentDigest, isCode: true },
    linkTarget === undefined ? undefined : { name: t('files.fact.link'), value: linkTarget, isCode: true },
    device === undefined ? undefined : { name: t('files.fact.device'), value: `${device.major}, ${device.minor}` },
  ];
  return told.filter((fact) => fact !== undefined);
}
