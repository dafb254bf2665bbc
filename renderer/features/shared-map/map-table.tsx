import type { ReactNode } from 'react';

import type { ChainSegment } from '#engine/contract/sharing.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { LayerStrip } from '#renderer/ui/layer-mark.tsx';
import { Cell, Column, Row, Table, TableBody, TableHeader } from '#renderer/ui/table.tsx';

/** The same as the picture, for who would rather read it. */
export function MapTable({ segments }: { readonly segments: readonly ChainSegment[] }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const rows = segments.map((segment, index) => ({ id: String(index), segment }));
  return (
    <Table aria-label={t('map.table')}>
      <TableHeader>
        <Column id="layers" isRowHeader width="34%">
          {t('map.column.layers')}
        </Column>
        <Column id="bytes" align="end" width={110}>
          {t('map.column.bytes')}
        </Column>
        <Column id="shared" align="end" width={110}>
          {t('map.column.shared')}
        </Column>
        <Column id="images">{t('map.column.images')}</Column>
      </TableHeader>
      <TableBody items={rows} dependencies={[t]}>
        {({ id, segment }) => (
          <Row id={id} textValue={id}>
            <Cell>
              <span className="map-chain" style={{ paddingLeft: depthOf(segments, segment) * 18 }}>
                <LayerStrip diffIds={segment.layers.map(({ diffId }) => diffId)} />
                <span className="numbers">{segment.layers.length}</span>
              </span>
            </Cell>
            <Cell align="end">{format.bytes(segment.bytes)}</Cell>
            <Cell align="end">{segment.imageCount}</Cell>
            <Cell>
              <span className="map-images">
                {segment.images.map((image) => (
                  <a key={image.id} href={`#/images/${encodeURIComponent(image.id)}`}>
                    {image.name}
                  </a>
                ))}
              </span>
            </Cell>
          </Row>
        )}
      </TableBody>
    </Table>
  );
}

function depthOf(segments: readonly ChainSegment[], segment: ChainSegment): number {
  let depth = 0;
  for (let at = segment; at.parent !== undefined; depth += 1) {
    const below = segments[at.parent];
    if (below === undefined) break;
    at = below;
  }
  return depth;
}
