import { Play, Upload } from 'lucide-react';
import type { ReactNode } from 'react';

import type { ImageDetails } from '#engine/contract/image.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Button } from '#renderer/ui/button.tsx';
import { Chip } from '#renderer/ui/chip.tsx';
import { Hash, shortDigest } from '#renderer/ui/hash.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { SaveButton } from '#renderer/ui/save-button.tsx';
import { SizeBar } from '#renderer/ui/size-bar.tsx';
import { SubjectHead } from '#renderer/ui/subject-head.tsx';

export function ImageHead({ details }: { readonly details: ImageDetails }): ReactNode {
  const t = useTranslate();
  const { summary } = details;
  const [name, ...others] = summary.RepoTags;
  return (
    <SubjectHead
      list={{ href: '#/images', label: t('layers.back') }}
      title={name ?? shortDigest(summary.Id)}
      marks={
        <>
          {others.map((tag) => (
            <Chip key={tag} mono>
              {tag}
            </Chip>
          ))}
          {name === undefined && (
            <Chip tone="soft">
              {summary.lastTag === undefined ? t('images.untagged') : t('images.was', { tag: summary.lastTag })}
            </Chip>
          )}
        </>
      }
      facts={<HeadFacts details={details} />}
      actions={<HeadActions details={details} />}
    />
  );
}

function HeadActions({ details: { summary } }: { readonly details: ImageDetails }): ReactNode {
  const t = useTranslate();
  const [name] = summary.RepoTags;
  return (
    <>
      <Button icon={<Upload aria-hidden />} onPress={() => appStores().transfers.getState().askPush(summary)}>
        {t('push.menu')}
      </Button>
      <SaveButton
        label={t('images.save')}
        fileName={`${(name ?? shortDigest(summary.Id)).replaceAll(/[/:]/g, '-')}.tar`}
        failed={t('images.saveFailed')}
        open={() =>
          appStores()
            .images.getState()
            .save(name === undefined ? [summary.Id] : summary.RepoTags)
        }
      />
      <LinkButton
        variant="primary"
        href={`#/run?image=${encodeURIComponent(name ?? summary.Id)}`}
        icon={<Play aria-hidden />}
      >
        {t('layers.run')}
      </LinkButton>
    </>
  );
}

function HeadFacts({ details }: { readonly details: ImageDetails }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { summary } = details;
  const { os, architecture, variant } = summary.platform;
  const created = summary.Created * 1000;
  const bytes = summary.bytes ?? { owned: summary.uniqueSize, shared: summary.SharedSize, total: summary.Size };
  const sizes = { unique: format.bytes(bytes.owned), shared: format.bytes(bytes.shared) };
  return (
    <>
      <Hash digest={summary.Id} what={t('images.hash')} />
      <span>{[os, architecture, variant].filter((part) => part !== undefined).join('/')}</span>
      <span title={format.dateTime(created)}>{t('layers.created', { age: format.ago(created) })}</span>
      {summary.origin !== undefined && (
        <span className="cut" title={summary.origin.from}>
          {t(`images.origin.${summary.origin.kind}`)}
        </span>
      )}
      <span>{t('images.layerCount', { count: details.layers.length })}</span>
      <span className="image-fact" title={t('images.sizes', sizes)}>
        <SizeBar label={t('images.sizes', sizes)} first={bytes.owned} second={bytes.shared} whole={bytes.total} />
        <span>{format.bytes(bytes.total)}</span>
        <span className="faint">{t('layers.ownBytes', { bytes: sizes.unique })}</span>
      </span>
    </>
  );
}
