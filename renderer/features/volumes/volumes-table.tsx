import { Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';

import type { VolumeSummary } from '#engine/contract/volume.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { goTo } from '#renderer/ui/hash-location.ts';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Cell, Row, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';

import { volumeLabel } from './volume-label.ts';

export interface VolumesTableProps {
  readonly volumes: readonly VolumeSummary[];
  readonly sizes: Readonly<Record<string, number>>;
  readonly onRemove: (volume: VolumeSummary) => void;
}

export function VolumesTable({ volumes, sizes, onRemove }: VolumesTableProps): ReactNode {
  const t = useTranslate();
  const rows = volumes.map((volume) => ({ id: volume.name, volume, bytes: sizes[volume.name] }));
  return (
    <Table aria-label={t('volumes.list')} onRowAction={(key) => goTo(`/volumes/${encodeURIComponent(String(key))}`)}>
      <TableHead
        columns={[
          { id: 'name', title: t('volumes.column.name'), width: '34%' },
          { id: 'size', title: t('volumes.column.size'), align: 'end', width: '14%' },
          { id: 'usedBy', title: t('volumes.column.usedBy') },
          { id: 'created', title: t('volumes.column.created'), width: 'clamp(164px, 16%, 240px)' },
          { id: 'actions', title: t('volumes.column.actions'), isUnseen: true, width: 64 },
        ]}
      />
      <TableBody items={rows} dependencies={[t]}>
        {(row) => <VolumeRow {...row} onRemove={onRemove} />}
      </TableBody>
    </Table>
  );
}

interface VolumeRowProps extends Pick<VolumesTableProps, 'onRemove'> {
  readonly id: string;
  readonly volume: VolumeSummary;
  readonly bytes: number | undefined;
}

function VolumeRow({ id, volume, bytes, onRemove }: VolumeRowProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const name = volumeLabel(volume);
  const isUsed = volume.usedBy.length > 0;
  return (
    <Row id={id} textValue={volume.name}>
      <Cell>
        <span className="volumes-name">
          <Link
            href={`#/volumes/${encodeURIComponent(volume.name)}`}
            className="volumes-user volumes-name-text cut"
            aria-label={name}
          >
            {name}
          </Link>
          {volume.isAnonymous && <span className="faint cut">{t('volumes.anonymous')}</span>}
        </span>
      </Cell>
      <Cell align="end">
        <span className="numbers">{bytes === undefined ? t('volumes.measuring') : format.bytes(bytes)}</span>
      </Cell>
      <Cell>
        <span className="volumes-users">
          {isUsed ? volume.usedBy.map((user) => <User key={user.id} {...user} />) : t('volumes.unused')}
        </span>
      </Cell>
      <Cell>
        <time className="soft cut" dateTime={new Date(volume.createdAt).toISOString()}>
          {format.dateTime(volume.createdAt)}
        </time>
      </Cell>
      <Cell align="end">
        <IconButton
          size="small"
          label={t(isUsed ? 'volumes.inUse' : 'volumes.remove', { name })}
          icon={<Trash2 aria-hidden />}
          isDisabled={isUsed}
          onPress={() => onRemove(volume)}
        />
      </Cell>
    </Row>
  );
}

function User({ id, name }: { readonly id: string; readonly name: string }): ReactNode {
  return (
    <Link href={`#/containers/${id}`} className="volumes-user cut">
      {name}
    </Link>
  );
}
