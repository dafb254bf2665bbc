import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';

import type { Attestation } from '#engine/contract/attestation.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Answered } from '#renderer/ui/answered.tsx';
import { Banner } from '#renderer/ui/banner.tsx';
import { CodeView } from '#renderer/ui/code-view.tsx';
import { CopyButton } from '#renderer/ui/copy-button.tsx';
import { SaveButton } from '#renderer/ui/save-button.tsx';
import { Segments } from '#renderer/ui/segments.tsx';

import './contents-tab.css';
import { indentedJson } from './indented-json.ts';
import { InstalledPackages } from './installed-packages.tsx';

interface ContentsTabProps {
  /** A hash or a name: its index goes by the name. */
  readonly image: string;
  /** What that leads to now. */
  readonly id: string;
}

/** What is installed by the image's own files, and what is said of it beside it. */
export function ContentsTab({ image, id }: ContentsTabProps): ReactNode {
  const t = useTranslate();
  const { imageContents } = appStores();
  const attested = useStore(imageContents, (state) => (state.image === image ? state.attestations : undefined));
  const [view, setView] = useState('installed');
  useEffect(() => imageContents.getState().follow(image, id), [imageContents, image, id]);
  const listed = attested?.status === 'shown' ? attested.value.attestations : [];
  const shown = listed.find(({ digest }) => digest === view);
  const choices = [
    { value: 'installed', label: t('contents.installed') },
    ...listed.map(({ digest, kind, platform }) => ({
      value: digest as string,
      label: t(`contents.${kind}`, { platform }),
    })),
  ];
  return (
    <div className="contents">
      <div className="contents-head">
        <Segments
          label={t('contents.view')}
          value={shown?.digest ?? 'installed'}
          choices={choices}
          onChange={setView}
        />
        {shown === undefined ? <SaveSbom image={image} /> : <CopyStatement statement={shown} />}
      </div>
      {attested?.status === 'failed' && (
        <div className="page-notices">
          <Banner tone="warning" title={t('contents.saidFailed')}>
            {attested.error.message}
          </Banner>
        </div>
      )}
      {shown === undefined ? (
        <InstalledPackages image={image} isAlone={attested?.status === 'shown' && listed.length === 0} />
      ) : (
        <Statement key={shown.digest} statement={shown} />
      )}
    </div>
  );
}

function SaveSbom({ image }: { readonly image: string }): ReactNode {
  const t = useTranslate();
  const { imageContents } = appStores();
  return (
    <SaveButton
      size="small"
      label={t('contents.save')}
      fileName={`${image.replaceAll(/[^\w.-]+/g, '-')}.spdx.json`}
      open={() => imageContents.getState().sbom(image)}
      saved={t('contents.saved')}
      failed={t('contents.saveFailed')}
    />
  );
}

function CopyStatement({ statement: { digest, predicateType } }: { readonly statement: Attestation }): ReactNode {
  const { imageContents } = appStores();
  const text = useStore(imageContents, (state) => state.statements[digest]);
  return text?.status === 'shown' ? <CopyButton text={text.value} what={predicateType} /> : null;
}

function Statement({ statement: { digest, predicateType } }: { readonly statement: Attestation }): ReactNode {
  const t = useTranslate();
  const { imageContents } = appStores();
  const text = useStore(imageContents, (state) => state.statements[digest]);
  useEffect(() => imageContents.getState().read(digest), [imageContents, digest]);
  return (
    <Answered asked={text} failed={t('contents.saidFailed')}>
      {(json) => <CodeView label={predicateType} text={indentedJson(json)} />}
    </Answered>
  );
}
