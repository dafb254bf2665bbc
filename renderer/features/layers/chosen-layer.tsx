import { type ReactNode, useState } from 'react';

import type { ImageLayer } from '#engine/contract/image.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { Answered } from '#renderer/ui/answered.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { Dialog } from '#renderer/ui/dialog.tsx';
import { Hash } from '#renderer/ui/hash.tsx';

import { UsersList, useUsers } from './users-list.tsx';

interface ChosenLayerProps {
  readonly layer: ImageLayer;
  /** From 1, the base first. */
  readonly number: number;
}

/** The hash of the one layer that is looked at, and who has it. */
export function ChosenLayer({ layer, number }: ChosenLayerProps): ReactNode {
  const t = useTranslate();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <span className="chosen-layer">
      <Hash digest={layer.diffId} what={t('layers.hash')} />
      <Button size="small" onPress={() => setIsAsking(true)}>
        {t('usedBy.open')}
      </Button>
      {isAsking && <LayerUsers layer={layer} number={number} onClose={() => setIsAsking(false)} />}
    </span>
  );
}

function LayerUsers({ layer, number, onClose }: ChosenLayerProps & { readonly onClose: () => void }): ReactNode {
  const t = useTranslate();
  const asked = useUsers({ layer: layer.diffId });
  return (
    <Dialog title={t('usedBy.layerTitle', { number })} isOpen onClose={onClose}>
      <Hash digest={layer.diffId} what={t('layers.hash')} length={64} />
      <Answered asked={asked} failed={t('usedBy.failed')}>
        {(users) => <UsersList users={users} imagesTitle={t('usedBy.having')} />}
      </Answered>
    </Dialog>
  );
}
