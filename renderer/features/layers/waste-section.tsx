import type { ReactNode } from 'react';
import { useLocation } from 'wouter';

import type { ImageDetails } from '#engine/contract/image.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { LayerMark } from '#renderer/ui/layer-mark.tsx';

import './why-big.css';

/** Something that takes bytes. */
export interface WasteRow {
  readonly key: string;
  /** The path, unless it is called otherwise. */
  readonly name?: string;
  /** Where it leads. */
  readonly path: string;
  readonly bytes: number;
  readonly layer: number;
  /** Whether only that layer shows it. */
  readonly isHidden?: boolean;
  readonly note?: string;
}

interface WasteSectionProps {
  readonly details: ImageDetails;
  readonly title: string;
  /** What is said where there is nothing. */
  readonly none: string;
  readonly rows: readonly WasteRow[];
  readonly foot?: string;
}

/** What takes bytes, each as long as its share of the largest. */
export function WasteSection({ details, title, none, rows, foot }: WasteSectionProps): ReactNode {
  const largest = rows.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  return (
    <section className="waste">
      <h2>{title}</h2>
      {rows.length === 0 ? (
        <p className="waste-none soft">{none}</p>
      ) : (
        <ul className="waste-rows" aria-label={title}>
          {rows.map((row) => (
            <li key={row.key}>
              <WasteLine details={details} row={row} largest={largest} />
            </li>
          ))}
        </ul>
      )}
      {foot !== undefined && <p className="soft small">{foot}</p>}
    </section>
  );
}

interface WasteLineProps {
  readonly details: ImageDetails;
  readonly row: WasteRow;
  readonly largest: number;
}

function WasteLine({ details, row, largest }: WasteLineProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { path, name, bytes, layer, isHidden = false, note } = row;
  const share = largest <= 0 ? 0 : (bytes / largest) * 100;
  return (
    <PathLink path={path} layer={layer} isHidden={isHidden}>
      <span className="waste-share" aria-hidden style={{ width: `${share}%` }} />
      <span className="waste-line">
        {name === undefined ? (
          <code className="waste-path cut" title={path}>
            <bdi>{path}</bdi>
          </code>
        ) : (
          <span className="waste-path cut">{name}</span>
        )}
        <span className="waste-layer numbers" title={t('layers.layerNumber', { number: layer + 1 })}>
          <LayerMark diffId={details.layers[layer]?.diffId ?? ''} size={13} />
          <span className="unseen">{t('layers.layerNumber', { number: layer + 1 })}</span>
          <span aria-hidden>{layer + 1}</span>
        </span>
        <span className="waste-bytes numbers">{format.bytes(bytes)}</span>
      </span>
      {note !== undefined && <span className="waste-note soft">{note}</span>}
    </PathLink>
  );
}

interface PathLinkProps {
  readonly path: string;
  readonly layer: number;
  /** Whether only that layer shows it. */
  readonly isHidden: boolean;
  readonly children: ReactNode;
}

/** Leads to a file of this image, where it can be seen. */
export function PathLink({ path, layer, isHidden, children }: PathLinkProps): ReactNode {
  const [location] = useLocation();
  const params = new URLSearchParams({ ...(isHidden ? { layers: String(layer + 1) } : {}), path });
  return (
    <a className="waste-link" href={`#${location}?${params}`}>
      {children}
    </a>
  );
}
