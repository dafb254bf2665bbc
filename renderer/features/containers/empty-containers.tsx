import { Layers, Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { LinkButton } from '#renderer/ui/link-button.tsx';

/** Before the first container: from an image to a container in two steps. */
export function EmptyContainers(): ReactNode {
  const t = useTranslate();
  const hasImages = useStore(appStores().images, (state) => (state.images?.length ?? 0) > 0);
  return (
    <EmptyState
      picture={<LayersInUse />}
      title={t('containers.emptyTitle')}
      actions={
        <>
          {hasImages && (
            <LinkButton href="#/run" variant="primary" icon={<Play aria-hidden />}>
              {t('containers.run')}
            </LinkButton>
          )}
          <LinkButton href="#/images" variant={hasImages ? 'secondary' : 'primary'} icon={<Layers aria-hidden />}>
            {t(hasImages ? 'containers.chooseImage' : 'containers.getImage')}
          </LinkButton>
        </>
      }
    >
      {t(hasImages ? 'containers.emptyText' : 'containers.emptyTextNoImages')}
    </EmptyState>
  );
}

const beds = [
  { y: 74, hue: 40, stratum: 6 },
  { y: 54, hue: 170, stratum: 1 },
  { y: 34, hue: 262, stratum: 7 },
] as const;

/** A container: an image's layers, and on top of them one of its own that it writes to. */
function LayersInUse(): ReactNode {
  return (
    <svg aria-hidden width="200" height="96" viewBox="0 0 200 96">
      {beds.map(({ y, hue, stratum }) => (
        <g key={y}>
          <rect
            x="20"
            y={y}
            width="160"
            height="17"
            rx="3"
            style={{ fill: `light-dark(oklch(0.88 0.06 ${hue}), oklch(0.62 0.075 ${hue}))` }}
          />
          <rect x="20" y={y} width="160" height="17" rx="3" fill={`url(#stratum-${stratum})`} opacity="0.75" />
        </g>
      ))}
      <rect
        x="20.75"
        y="4.75"
        width="158.500"
        height="25.500"
        rx="4"
        fill="var(--accent-wash)"
        stroke="var(--accent)"
        strokeWidth="1.5"
        strokeDasharray="4 3"
      />
      <path
        d="M32 12.500l5 5-5 5M41 22.500h9"
        fill="none"
        stroke="var(--accent)"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
