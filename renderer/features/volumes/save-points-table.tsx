import { Copy, GitCompareArrows, MoreHorizontal, Trash2, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';

import type { SavePoint } from '#engine/contract/save-point.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { Badge } from '#renderer/ui/badge.tsx';
import { Button } from '#renderer/ui/button.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Menu } from '#renderer/ui/menu.tsx';
import { Cell, Row, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';

interface PointHandlers {
  readonly onCompare: (point: SavePoint) => void;
  readonly onRestore: (point: SavePoint) => void;
  readonly onClone: (point: SavePoint) => void;
  readonly onForget: (point: SavePoint) => void;
}

interface SavePointsTableProps extends PointHandlers {
  readonly points: readonly SavePoint[];
}

export function SavePointsTable({ points, ...handlers }: SavePointsTableProps): ReactNode {
  const t = useTranslate();
  return (
    <div className="volume-points">
      <Table aria-label={t('volumes.points')}>
        <TableHead
          columns={[
            { id: 'point', title: t('volumes.column.point') },
            { id: 'made', title: t('volumes.column.made'), width: '22%' },
            { id: 'size', title: t('volumes.column.size'), align: 'end', width: 110 },
            { id: 'actions', title: t('volumes.column.actions'), isUnseen: true, align: 'end', width: 316 },
          ]}
        />
        <TableBody items={points} dependencies={[t]}>
          {(point) => <PointRow id={point.id} point={point} {...handlers} />}
        </TableBody>
      </Table>
    </div>
  );
}

interface PointRowProps extends PointHandlers {
  readonly id: string;
  readonly point: SavePoint;
}

function PointRow({ id, point, ...handlers }: PointRowProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { name, note, createdAt, bytes, isAutomatic } = point;
  return (
    <Row id={id} textValue={name}>
      <Cell>
        <span className="volumes-name">
          <span className="volume-point">
            <span className="volumes-name-text cut">{name}</span>
            {isAutomatic && <Badge>{t('volumes.automatic')}</Badge>}
          </span>
          {note !== '' && (
            <span className="faint small cut" title={note}>
              {note}
            </span>
          )}
        </span>
      </Cell>
      <Cell>
        <time dateTime={new Date(createdAt).toISOString()} title={format.ago(createdAt)}>
          {format.dateTime(createdAt)}
        </time>
      </Cell>
      <Cell align="end">
        <span className="numbers">{bytes === undefined ? '' : format.bytes(bytes)}</span>
      </Cell>
      <Cell align="end">
        <PointActions point={point} {...handlers} />
      </Cell>
    </Row>
  );
}

function PointActions({ point, onCompare, onRestore, onClone, onForget }: Omit<PointRowProps, 'id'>): ReactNode {
  const t = useTranslate();
  const label = t('volumes.pointActions', { point: point.name });
  return (
    <span className="volume-point-actions">
      <Button size="small" icon={<GitCompareArrows aria-hidden />} onPress={() => onCompare(point)}>
        {t('volumes.compare')}
      </Button>
      <Button size="small" icon={<Undo2 aria-hidden />} onPress={() => onRestore(point)}>
        {t('volumes.restore')}
      </Button>
      <Menu
        label={label}
        trigger={<IconButton size="small" label={label} icon={<MoreHorizontal aria-hidden />} />}
        actions={[
          { id: 'clone', label: t('volumes.clone'), icon: <Copy aria-hidden />, onAction: () => onClone(point) },
          {
            id: 'forget',
            label: t('volumes.forget'),
            icon: <Trash2 aria-hidden />,
            isDanger: true,
            startsGroup: true,
            onAction: () => onForget(point),
          },
        ]}
      />
    </span>
  );
}
