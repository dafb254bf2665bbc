import { Ellipsis, OctagonX, Play, RotateCw, Square, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import type { ContainerDetails } from '#engine/contract/container.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { isUp } from '#renderer/stores/removal.ts';
import { Button } from '#renderer/ui/button.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Menu } from '#renderer/ui/menu.tsx';

interface DetailsProps {
  readonly details: ContainerDetails;
}

export function ContainerButtons({ details }: DetailsProps): ReactNode {
  const t = useTranslate();
  const { Id } = details.summary;
  const { containers, removal } = appStores();
  const pending = useStore(containers, (state) => state.pending[Id]);
  const act = (action: 'start' | 'stop' | 'restart' | 'kill'): void => void containers.getState().act(action, [Id]);
  const isAlive = isUp(details.summary);
  const isBusy = pending !== undefined;
  return (
    <div className="container-buttons">
      {isBusy && <output className="faint">{t(`containers.pending.${pending}`)}</output>}
      {isAlive ? (
        <>
          <Button icon={<RotateCw aria-hidden />} isDisabled={isBusy} onPress={() => act('restart')}>
            {t('container.restart')}
          </Button>
          <Button icon={<Square aria-hidden />} isDisabled={isBusy} onPress={() => act('stop')}>
            {t('container.stop')}
          </Button>
        </>
      ) : (
        <Button variant="primary" icon={<Play aria-hidden />} isDisabled={isBusy} onPress={() => act('start')}>
          {t('container.start')}
        </Button>
      )}
      <Menu
        label={t('container.more')}
        trigger={<IconButton label={t('container.more')} icon={<Ellipsis aria-hidden />} />}
        actions={[
          {
            id: 'kill',
            label: t('container.kill'),
            icon: <OctagonX aria-hidden />,
            onAction: () => act('kill'),
            isDisabled: !isAlive,
          },
          {
            id: 'remove',
            label: t('container.remove'),
            icon: <Trash2 aria-hidden />,
            onAction: () => removal.getState().ask([details.summary]),
            isDisabled: isBusy,
            isDanger: true,
            startsGroup: true,
          },
        ]}
      />
    </div>
  );
}
