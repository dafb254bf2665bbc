import { type ReactNode, useEffect } from 'react';
import { useLocation } from 'wouter';
import { useStore } from 'zustand';

import type { ContainerSummary } from '#engine/contract/container.ts';
import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { isUp, type Removal } from '#renderer/stores/removal.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { ConfirmDialog } from '#renderer/ui/dialog.tsx';
import { undoToast } from '#renderer/ui/undo-toast.ts';

import { containerName } from './container-words.ts';

/** Beside every screen: the question before containers that run are removed, and the way back after. */
export function RemoveContainers(): ReactNode {
  const t = useTranslate();
  const { asked, done } = useStore(appStores().removal);
  useNews(done, t);
  if (asked === undefined) return null;
  return <Question asked={asked} />;
}

/** Says once what was removed, and leaves the page of what is gone. */
function useNews(done: Removal | undefined, t: Translate): void {
  const [location, navigate] = useLocation();
  const ids = done?.containers.map(({ Id }) => Id) ?? [];
  const isHere = ids.some((id) => location.startsWith(`/containers/${id}`));
  useEffect(() => {
    if (done === undefined) return;
    const { containers, trash } = done;
    const names = { name: nameOf(containers[0]), count: containers.length };
    undoToast({
      title: t('containers.removed', names),
      text: t('containers.inTrash'),
      undoLabel: t('containers.undo'),
      undo: () => restoreAll(trash, { t, names }),
    });
    // oxlint-disable-next-line react/exhaustive-deps -- once for each removal, in whatever language it was asked for
  }, [done]);
  useEffect(() => {
    if (isHere) navigate('/containers', { replace: true });
    // oxlint-disable-next-line react/exhaustive-deps -- whoever comes back to the page of one that was restored stays
  }, [done]);
}

interface Restoring {
  readonly t: Translate;
  readonly names: { readonly name: string; readonly count: number };
}

async function restoreAll(
  entries: readonly string[],
  { t, names }: Restoring,
): Promise<{ title: string; failure?: string }> {
  const { trash } = appStores();
  for (const entry of entries) {
    if ((await trash.getState().restore(entry)) !== undefined) continue;
    const failure = trash.getState().failure?.error.message ?? '';
    trash.getState().dismissFailure();
    return { title: t('containers.undoFailed'), failure };
  }
  return { title: t('containers.undone', names) };
}

function nameOf(container: ContainerSummary | undefined): string {
  return container === undefined ? '' : containerName(container);
}

function Question({ asked }: { readonly asked: readonly ContainerSummary[] }): ReactNode {
  const t = useTranslate();
  const { removal, trash } = appStores();
  const keepsNothing = useStore(trash, ({ settings }) => settings?.maxBytes === 0);
  const running = asked.filter(isUp).length;
  const names = { name: nameOf(asked[0]), count: asked.length };
  return (
    <ConfirmDialog
      title={t('containers.removeTitle', names)}
      isOpen
      action={t(running > 0 ? 'containers.removeForce' : 'containers.removeAction')}
      onConfirm={() => void removal.getState().confirm()}
      onClose={() => removal.getState().close()}
    >
      {running > 0 && <Banner tone="warning">{t('containers.removeRunning', { count: running })}</Banner>}
      <p className="soft">{t(keepsNothing ? 'containers.removeText' : 'containers.removeToTrash')}</p>
      {asked.some(({ Mounts }) => Mounts.length > 0) && <p className="soft">{t('containers.removeBinds')}</p>}
    </ConfirmDialog>
  );
}
