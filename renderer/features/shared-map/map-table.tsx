import type { ReactNode } from 'react';

import type { ChainSegment } from '#engine/contract/sharing.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { LayerStrip } from '#renderer/ui/layer-mark.tsx';
import { Cell, Row, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';

/** The same as the picture, for who would rather read it. */
export function MapTable({ segments }: { readonly segments: readonly ChainSegment[] }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const rows = segments.map((segment, index) => ({ id: String(index), segment }));
  return (
    <Table aria-label={t('map.table')}>
      <TableHead
        columns={[
          { id: 'layers', title: t('map.column.layers'), width: '34%' },
          { id: 'bytes', title: t('map.column.bytes'), align: 'end', width: 110 },
          { id: 'shared', title: t('map.column.shared'), align: 'end', width: 110 },
          { id: 'images', title: t('map.column.images') },
        ]}
      />
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
