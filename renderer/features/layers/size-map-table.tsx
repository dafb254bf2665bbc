import type { ReactNode } from 'react';
import { useLocation } from 'wouter';

import type { ImageDetails } from '#engine/contract/image.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import type { SizedEntry } from '#renderer/stores/size-map.ts';
import { goTo } from '#renderer/ui/hash-location.ts';
import { LayerMark } from '#renderer/ui/layer-mark.tsx';
import { SizeBar } from '#renderer/ui/size-bar.tsx';
import { Cell, Row, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';

interface SizeMapTableProps {
  readonly details: ImageDetails;
  readonly entries: readonly SizedEntry[];
  /** @param path of a directory. */
  readonly onOpen: (path: string) => void;
}

/** The same as the picture, for who would rather read it, the small ones too. */
export function SizeMapTable({ details, entries, onOpen }: SizeMapTableProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const [location] = useLocation();
  const largest = Math.max(1, entries[0]?.size ?? 0);
  const open = (path: string): void => {
    const entry = entries.find((one) => one.path === path);
    if (entry?.hasChildren === true) onOpen(path);
    else goTo(`${location}?${new URLSearchParams({ path })}`);
  };
  return (
    <Table aria-label={t('sizes.table')} onRowAction={(key) => open(String(key))}>
      <TableHead
        columns={[
          { id: 'name', title: t('layers.column.name') },
          { id: 'layer', title: t('layers.column.layer'), width: 80 },
          { id: 'share', title: t('sizes.share'), width: '30%' },
          { id: 'size', title: t('layers.column.size'), align: 'end', width: 110 },
        ]}
      />
      <TableBody items={entries.map((entry) => ({ id: entry.path, entry }))} dependencies={[t, largest]}>
        {({ id, entry: { name, size, layer, hasChildren } }) => (
          <Row id={id} textValue={name}>
            <Cell>
              <code className="cut">{hasChildren ? `${name}/` : name}</code>
            </Cell>
            <Cell>
              <span className="size-map-layer numbers">
                <LayerMark diffId={details.layers[layer]?.diffId ?? ''} size={13} />
                {layer + 1}
              </span>
            </Cell>
            <Cell>
              <SizeBar label="" first={size} whole={largest} />
            </Cell>
            <Cell align="end">
              <span className="numbers">{format.bytes(size)}</span>
            </Cell>
          </Row>
        )}
      </TableBody>
    </Table>
  );
}
