import { CornerDownRight } from 'lucide-react';
import type { ReactNode } from 'react';

import type { EntryDetails } from '#engine/contract/file-facts.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Button } from '#renderer/ui/button.tsx';

import './file-preview.css';

interface LinkTargetProps {
  readonly target: string;
  readonly details: EntryDetails | undefined;
}

/** What a link says, and where that leads inside the image. */
export function LinkTarget({ target, details }: LinkTargetProps): ReactNode {
  const t = useTranslate();
  const place = details?.leadsTo;
  return (
    <div className="preview-link">
      <span className="soft">{t('layers.linkTo', { target: '' }).trim()}</span>
      <code>{target}</code>
      {details !== undefined && place === undefined && <p className="soft">{t('files.leadsNowhere')}</p>}
      {place !== undefined && (
        <>
          {place.path !== target && (
            <>
              <span className="soft">{t('files.leadsTo')}</span>
              <code>{place.path}</code>
            </>
          )}
          <Button
            size="small"
            icon={<CornerDownRight aria-hidden />}
            onPress={() => void appStores().layerTree.getState().reveal(place.path)}
          >
            {t('files.goThere', { path: place.path })}
          </Button>
        </>
      )}
    </div>
  );
}
