import { Box, Database, Layers, Tag, Trash2, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';

import type { TrashEntry } from '#engine/contract/trash.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { Button } from '#renderer/ui/button.tsx';
import { shortDigest } from '#renderer/ui/hash.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { joinShellWords } from '#renderer/ui/shell-words.ts';
import { Cell, Row, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';

import { entryLabel } from './entry-label.ts';

interface TrashTableProps {
  readonly entries: readonly TrashEntry[];
  readonly onRestore: (entry: TrashEntry) => void;
  readonly onRemove: (entry: TrashEntry) => void;
}

export function TrashTable({ entries, onRestore, onRemove }: TrashTableProps): ReactNode {
  const t = useTranslate();
  const rows = entries.map((entry) => ({ id: `${entry.kind} ${entry.id}`, entry }));
  return (
    <Table aria-label={t('trash.list')}>
      <TableHead
        columns={[
          { id: 'name', title: t('trash.column.name'), width: '28%' },
          { id: 'cause', title: t('trash.column.cause'), width: '22%' },
          { id: 'from', title: t('trash.column.from') },
          { id: 'size', title: t('trash.column.size'), align: 'end', width: 110 },
          { id: 'actions', title: t('trash.column.actions'), isUnseen: true, align: 'end', width: 168 },
        ]}
      />
      <TableBody items={rows} dependencies={[t]}>
        {({ id, entry }) => <TrashRow id={id} entry={entry} onRestore={onRestore} onRemove={onRemove} />}
      </TableBody>
    </Table>
  );
}

const icons = { container: Box, volume: Database, image: Layers, tag: Tag } as const;

interface TrashRowProps extends Omit<TrashTableProps, 'entries'> {
  readonly id: string;
  readonly entry: TrashEntry;
}

function TrashRow({ id, entry, onRestore, onRemove }: TrashRowProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const name = entryLabel(entry);
  const { kind, cause, removedAt, bytes, volumes } = entry;
  const Icon = icons[kind];
  return (
    <Row id={id} textValue={entry.name}>
      <Cell>
        <span className="trash-name">
          <Icon aria-hidden />
          <span className="trash-what">
            <span className="trash-name-text cut" title={entry.name}>
              {name}
            </span>
            <span className="faint small cut">
              {t(`trash.kind.${kind}`)}
              {volumes.length > 0 && ` ${t('trash.withVolumes', { count: volumes.length })}`}
            </span>
          </span>
        </span>
      </Cell>
      <Cell>
        <span className="trash-what">
          <time dateTime={new Date(removedAt).toISOString()} title={format.dateTime(removedAt)}>
            {format.ago(removedAt)}
          </time>
          <span className="faint small">{t(`trash.cause.${cause}`)}</span>
        </span>
      </Cell>
      <Cell>
        <MadeFrom entry={entry} />
      </Cell>
      <Cell align="end">
        <span className="numbers">{bytes === undefined ? t('trash.measuring') : format.bytes(bytes)}</span>
      </Cell>
      <Cell align="end">
        <span className="trash-actions">
          <Button size="small" icon={<Undo2 aria-hidden />} onPress={() => onRestore(entry)}>
            {t('trash.restore')}
          </Button>
          <IconButton
            size="small"
            label={t('trash.remove', { name })}
            icon={<Trash2 aria-hidden />}
            onPress={() => onRemove(entry)}
          />
        </span>
      </Cell>
    </Row>
  );
}

function MadeFrom({ entry: { container, image: names } }: Pick<TrashRowProps, 'entry'>): ReactNode {
  const t = useTranslate();
  if (names !== undefined) {
    return (
      <span className="trash-what">
        <span className="cut" title={names.tags.join(' ')}>
          {names.tags.length === 0 ? t('images.untagged') : names.tags.join(', ')}
        </span>
        <code className="faint small cut">{shortDigest(names.id)}</code>
      </span>
    );
  }
  if (container === undefined) return null;
  const { image, command, exitCode } = container;
  return (
    <span className="trash-what">
      <span className="cut">
        {image}
        {exitCode !== undefined && <span className="faint"> · {t('trash.ended', { code: exitCode })}</span>}
      </span>
      <code className="faint small cut">{joinShellWords(command)}</code>
    </span>
  );
}
