import { Share2 } from 'lucide-react';
import type { MouseEvent, ReactNode } from 'react';

import type { ImageLayer } from '#engine/contract/image.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { shortDigest } from '#renderer/ui/hash.tsx';
import { LayerTexture } from '#renderer/ui/layer-mark.tsx';

import { bedThickness, isInside, type LayerBed, type Span } from './stack-shape.ts';

interface LayerBedRowProps {
  readonly bed: LayerBed;
  readonly isTop: boolean;
  readonly isActive: boolean;
  readonly span: Span;
  readonly onClick: (event: MouseEvent) => void;
}

const LINE = 16;
const FACTS = 44;

/** One layer: its slab, and beside it what made it, how large it is, its hash and who else has it. */
export function LayerBedRow({ bed, isTop, isActive, span, onClick }: LayerBedRowProps): ReactNode {
  const t = useTranslate();
  const { layer, index, step } = bed;
  const isShared = layer.sharedWith.length > 0;
  const height = bedThickness(layer.size) + (isShared ? LINE : 0);
  const flags = {
    ...(isTop ? { 'data-top': '' } : {}),
    ...(isActive ? { 'data-active': '' } : {}),
    ...(index === span.to ? { 'data-first': '' } : {}),
    ...(index === span.from ? { 'data-last': '' } : {}),
  };
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the list box around it has the focus and the keys
    <div
      id={`layer-${index}`}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an option element can't draw a layer
      role="option"
      aria-selected={isInside(index, span)}
      className="bed"
      style={{ minHeight: height }}
      onClick={onClick}
      {...flags}
    >
      <span className="bed-slab">
        <LayerTexture diffId={layer.diffId} />
        <span className="bed-number">
          <span className="unseen">{t('layers.layerNumber', { number: index + 1 })}</span>
          <span aria-hidden>{index + 1}</span>
        </span>
      </span>
      <span className="bed-text">
        <code
          className="bed-step"
          title={step?.createdBy}
          style={{ WebkitLineClamp: Math.max(1, Math.floor((height - FACTS) / LINE) + 1) }}
        >
          {step?.instruction ?? t('layers.noStep')}
        </code>
        <LayerFacts layer={layer} />
        {isShared && <SharedWith layer={layer} />}
      </span>
    </div>
  );
}

function LayerFacts({ layer }: { readonly layer: ImageLayer }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  return (
    <span className="bed-facts numbers">
      <strong title={t('layers.compressed', { bytes: format.bytes(layer.compressedSize) })}>
        {format.bytes(layer.size)}
      </strong>
      <span>{t('layers.files', { count: layer.entryCount })}</span>
      <code title={layer.diffId}>{shortDigest(layer.diffId, 8)}</code>
    </span>
  );
}

function SharedWith({ layer }: { readonly layer: ImageLayer }): ReactNode {
  const t = useTranslate();
  const names = layer.sharedWith.map(({ name }) => name);
  return (
    <span className="bed-shared" title={names.join('\n')}>
      <Share2 aria-hidden />
      <span className="cut">{t('layers.sharedWith', { first: names[0] ?? '', count: names.length - 1 })}</span>
    </span>
  );
}
