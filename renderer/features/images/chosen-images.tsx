import { ArrowLeftRight, Trash2, X } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { Toolbar } from 'react-aria-components';
import { useStore } from 'zustand';

import type { ImageSummary } from '#engine/contract/image.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { compareAddress, emptySide, type SideDraft } from '#renderer/stores/compare-sides.ts';
import { Button } from '#renderer/ui/button.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';
import { SaveButton } from '#renderer/ui/save-button.tsx';

/** Under all their names, so that they come back as they are. */
function namesOf(images: readonly ImageSummary[]): readonly string[] {
  return images.flatMap(({ Id, RepoTags }) => (RepoTags.length === 0 ? [Id] : RepoTags));
}

/** What leads from the older one to the newer. */
function addressOfTwo(images: readonly ImageSummary[]): string {
  const [before, now] = images.toSorted((one, other) => one.Created - other.Created).map(sideOfImage);
  return compareAddress(before ?? emptySide, now);
}

function sideOfImage({ Id, RepoTags }: ImageSummary): SideDraft {
  return { kind: 'image', text: RepoTags[0] ?? Id };
}

interface ChosenImagesProps {
  readonly chosen: readonly ImageSummary[];
  readonly onClear: () => void;
}

/** Beneath the list: what removing the rows that are chosen would free. */
export function ChosenImages({ chosen, onClear }: ChosenImagesProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { imageRemoval } = appStores();
  const preview = useStore(imageRemoval, (state) => state.chosen);
  const ids = chosen.map(({ Id }) => Id);
  const key = ids.join(' ');
  useEffect(() => void imageRemoval.getState().choose(key.split(' ')), [imageRemoval, key]);
  useEffect(() => () => void imageRemoval.getState().choose([]), [imageRemoval]);
  const sizes = preview && { freed: format.bytes(preview.freedBytes), shared: format.bytes(preview.sharedBytes) };
  return (
    <Toolbar className="images-foot images-chosen" aria-label={t('images.chosenActions')}>
      <strong className="numbers">{t('images.chosen', { count: chosen.length })}</strong>
      <output className="numbers">{sizes !== undefined && t('images.chosenFrees', sizes)}</output>
      {chosen.length === 2 && (
        <LinkButton size="small" href={`#${addressOfTwo(chosen)}`} icon={<ArrowLeftRight aria-hidden />}>
          {t('compare.two')}
        </LinkButton>
      )}
      <SaveButton
        size="small"
        label={t('images.save')}
        fileName="images.tar"
        failed={t('images.saveFailed')}
        open={() => appStores().images.getState().save(namesOf(chosen))}
      />
      <Button
        size="small"
        icon={<Trash2 aria-hidden />}
        onPress={() => void imageRemoval.getState().ask({ images: ids })}
      >
        {t('images.remove')}
      </Button>
      <IconButton size="small" label={t('images.chooseNone')} icon={<X aria-hidden />} onPress={onClear} />
    </Toolbar>
  );
}
