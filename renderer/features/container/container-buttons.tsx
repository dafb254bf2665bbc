import { Ellipsis, OctagonX, Play, RotateCw, Square, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';

import type { ContainerDetails } from '#engine/contract/container.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import type { ContainerAction } from '#renderer/stores/containers.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { ConfirmDialog } from '#renderer/ui/dialog.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Menu } from '#renderer/ui/menu.tsx';
import { toast } from '#renderer/ui/toast.tsx';

interface DetailsProps {
  readonly details: ContainerDetails;
}

export function ContainerButtons({ details }: DetailsProps): ReactNode {
  const t = useTranslate();
  const { Id, State } = details.summary;
  const { containers } = appStores();
  const pending = useStore(containers, (state) => state.pending[Id]);
  const [isRemoving, setIsRemoving] = useState(false);
  const act = (action: ContainerAction): void => void containers.getState().act(action, [Id]);
  const isAlive = isAliveIn(State);
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
            onAction: () => setIsRemoving(true),
            isDanger: true,
            startsGroup: true,
          },
        ]}
      />
      {isRemoving && <RemoveDialog details={details} onClose={() => setIsRemoving(false)} />}
    </div>
  );
}

/** Whether its processes are there. */
function isAliveIn(state: ContainerDetails['summary']['State']): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}

function RemoveDialog({ details, onClose }: DetailsProps & { readonly onClose: () => void }): ReactNode {
  const t = useTranslate();
  const [, navigate] = useLocation();
  const { summary } = details;
  const name = summary.Names[0]?.replace(/^\//, '') ?? summary.Id;
  const isAlive = isAliveIn(summary.State);
  const remove = async (): Promise<void> => {
    onClose();
    const { containers } = appStores();
    await containers.getState().act('remove', [summary.Id]);
    if (containers.getState().failures[summary.Id] !== undefined) return;
    toast({ tone: 'good', title: t('containers.removed', { name }) });
    navigate('/containers', { replace: true });
  };
  return (
    <ConfirmDialog
      title={t('containers.removeTitle', { name })}
      isOpen
      action={t(isAlive ? 'containers.removeForce' : 'containers.removeAction')}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      {isAlive && <Banner tone="warning">{t('containers.removeRunning')}</Banner>}
      <p className="soft">{t('containers.removeText')}</p>
      {summary.Mounts.length > 0 && <p className="soft">{t('containers.removeBinds')}</p>}
    </ConfirmDialog>
  );
}
