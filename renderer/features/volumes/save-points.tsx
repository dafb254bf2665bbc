import { Bookmark, X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';

import type { SavePoint } from '#engine/contract/save-point.ts';
import type { VolumeSummary } from '#engine/contract/volume.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Banner } from '#renderer/ui/banner.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { ConfirmDialog } from '#renderer/ui/dialog.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Loading, Spinner } from '#renderer/ui/progress.tsx';
import { toast } from '#renderer/ui/toast.tsx';

import { ComparisonDialog } from './comparison-dialog.tsx';
import { NewVolumeDialog } from './new-volume-dialog.tsx';
import { SavePointDialog } from './save-point-dialog.tsx';
import { SavePointsTable } from './save-points-table.tsx';
import { volumeLabel } from './volume-label.ts';

type Asked = { readonly what: 'restore' | 'forget' | 'clone'; readonly point: SavePoint };

/** The moments of a volume that were kept. */
export function SavePoints({ volume }: { readonly volume: VolumeSummary }): ReactNode {
  const t = useTranslate();
  const [isSaving, setIsSaving] = useState(false);
  const { savePoints } = appStores();
  const pending = useStore(savePoints, (state) => state.pending);
  useEffect(() => void savePoints.getState().show(volume.name), [savePoints, volume.name]);
  const options = Object.entries(volume.options).map(([name, value]) => `${name}=${value}`);
  return (
    <section aria-label={t('volumes.points')}>
      <div className="volume-points-head">
        <h2>{t('volumes.points')}</h2>
        {pending !== undefined && (
          <output className="faint volume-pending">
            <Spinner /> {t(`volumes.pending.${pending}`)}
          </output>
        )}
        <Button
          size="small"
          icon={<Bookmark aria-hidden />}
          isDisabled={pending !== undefined || options.length > 0}
          onPress={() => setIsSaving(true)}
        >
          {t('volumes.save')}
        </Button>
      </div>
      <p className="faint small">
        {options.length > 0 ? t('volumes.noPointsForDriver', { options: options.join(', ') }) : t('volumes.pointsText')}
      </p>
      <PointFailure />
      <Points volume={volume} />
      {isSaving && <SavePointDialog volume={volume} onClose={() => setIsSaving(false)} />}
      <ComparisonDialog />
    </section>
  );
}

function PointFailure(): ReactNode {
  const t = useTranslate();
  const { error, failure, dismissFailure } = useStore(appStores().savePoints);
  if (failure !== undefined) {
    return (
      <Banner
        tone="danger"
        title={t(`volumes.pointFailed.${failure.action}`)}
        actions={<IconButton size="small" label={t('ui.dismiss')} icon={<X aria-hidden />} onPress={dismissFailure} />}
      >
        {failure.error.message}
      </Banner>
    );
  }
  if (error === undefined) return null;
  return (
    <Banner tone="danger" title={t('volumes.pointsFailed')}>
      {error.message}
    </Banner>
  );
}

function Points({ volume }: { readonly volume: VolumeSummary }): ReactNode {
  const t = useTranslate();
  const [asked, setAsked] = useState<Asked>();
  const { volume: shown, points, error, compare } = useStore(appStores().savePoints);
  if (shown !== volume.name || points === undefined) return error === undefined ? <Loading /> : null;
  if (points.length === 0) return <p className="faint volume-none">{t('volumes.noPoints')}</p>;
  return (
    <>
      <SavePointsTable
        points={points}
        onCompare={(point) => void compare(point)}
        onRestore={(point) => setAsked({ what: 'restore', point })}
        onClone={(point) => setAsked({ what: 'clone', point })}
        onForget={(point) => setAsked({ what: 'forget', point })}
      />
      {asked?.what === 'clone' && (
        <NewVolumeDialog source={{ volume: volume.name, point: asked.point }} onClose={() => setAsked(undefined)} />
      )}
      {(asked?.what === 'restore' || asked?.what === 'forget') && (
        <Question volume={volume} what={asked.what} point={asked.point} onClose={() => setAsked(undefined)} />
      )}
    </>
  );
}

interface QuestionProps {
  readonly volume: VolumeSummary;
  readonly what: 'restore' | 'forget';
  readonly point: SavePoint;
  readonly onClose: () => void;
}

function Question({ volume, what, point, onClose }: QuestionProps): ReactNode {
  const t = useTranslate();
  const confirm = async (): Promise<void> => {
    onClose();
    const { savePoints, volumes } = appStores();
    if (!(await savePoints.getState()[what](point))) return;
    if (what === 'forget') return;
    toast({ tone: 'good', title: t('volumes.restored', { name: volumeLabel(volume), point: point.name }) });
    void volumes.getState().measure();
  };
  return (
    <ConfirmDialog
      title={t(`volumes.${what}Title`, { point: point.name })}
      isOpen
      action={t(what === 'restore' ? 'volumes.restore' : 'volumes.forgetAction')}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <p className="soft">{t(`volumes.${what}Text`)}</p>
    </ConfirmDialog>
  );
}
