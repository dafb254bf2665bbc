import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';

import type { PictureFacts } from '#engine/contract/file-facts.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { MOST_PICTURE_BYTES } from '#renderer/stores/file-view.ts';
import { Answered } from '#renderer/ui/answered.tsx';
import { EmptyState } from '#renderer/ui/empty-state.tsx';

import './file-preview.css';

interface FilePictureProps {
  readonly path: string;
  readonly size: number;
  readonly facts: PictureFacts;
}

/** A picture of more pixels would take a gigabyte to draw. */
const MOST_PIXELS = 64e6;

/** A picture as an image element draws it: nothing in it runs, and nothing outside is loaded. */
export function FilePicture({ path, size, facts }: FilePictureProps): ReactNode {
  const t = useTranslate();
  const { file, picture, loadPicture } = useStore(appStores().fileView);
  const { mediaType, width, height } = facts;
  const isTooLarge = size > MOST_PICTURE_BYTES || (width ?? 0) * (height ?? 0) > MOST_PIXELS;
  useEffect(() => {
    if (file !== undefined && !isTooLarge) void loadPicture(mediaType);
  }, [file, isTooLarge, mediaType, loadPicture]);
  if (isTooLarge) {
    return <EmptyState title={t('files.pictureTooLarge')}>{t('files.pictureTooLargeText')}</EmptyState>;
  }
  return (
    <Answered asked={picture} failed={t('layers.previewFailed')}>
      {(address) => <Drawn path={path} facts={facts} address={address} />}
    </Answered>
  );
}

interface DrawnProps {
  readonly path: string;
  readonly facts: PictureFacts;
  readonly address: string;
}

function Drawn({ path, facts: { mediaType, width, height }, address }: DrawnProps): ReactNode {
  const t = useTranslate();
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return <EmptyState title={t('files.pictureBroken')} />;
  return (
    <figure className="preview-picture">
      <img src={address} alt={t('files.pictureOf', { path })} onError={() => setBroken(true)} />
      <figcaption className="numbers">
        <span>{mediaType}</span>
        {width !== undefined && height !== undefined && (
          <span>{t('files.pictureSize', { width: String(width), height: String(height) })}</span>
        )}
      </figcaption>
    </figure>
  );
}
