import { MoreHorizontal, OctagonX } from 'lucide-react';
import type { ReactNode } from 'react';

import type { ContainerProcess } from '#engine/contract/process.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Menu } from '#renderer/ui/menu.tsx';
import { Cell, Row, type SortDescriptor, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';
import { useNarrow } from '#renderer/ui/use-narrow.ts';

import { clockText, type ProcessRow } from './process-rows.ts';

interface ProcessesTableProps {
  readonly rows: readonly ProcessRow[];
  readonly sort: SortDescriptor;
  readonly onSort: (sort: SortDescriptor) => void;
  readonly onSignal: (process: ContainerProcess, signal: string) => void;
}

export function ProcessesTable({ rows, sort, onSort, onSignal }: ProcessesTableProps): ReactNode {
  const t = useTranslate();
  const isNarrow = useNarrow();
  const items = rows.map((row) => ({ id: `${row.process.pid} ${row.process.startedAt}`, row }));
  const pid = { id: 'pid', title: t('processes.column.pid'), align: 'end', width: 120, allowsSorting: true } as const;
  const started = { id: 'started', title: t('processes.column.started'), width: 92, allowsSorting: true };
  return (
    <Table aria-label={t('processes.list')} sortDescriptor={sort} onSortChange={onSort}>
      <TableHead
        columns={[
          { id: 'command', title: t('processes.column.command'), allowsSorting: true },
          { id: 'innerPid', title: t('processes.column.innerPid'), align: 'end', width: 84, allowsSorting: true },
          ...(isNarrow ? [] : [pid]),
          { id: 'user', title: t('processes.column.user'), width: 96, allowsSorting: true },
          { id: 'cpu', title: t('processes.column.cpu'), align: 'end', width: 96, allowsSorting: true },
          { id: 'memory', title: t('processes.column.memory'), align: 'end', width: 92, allowsSorting: true },
          { id: 'time', title: t('processes.column.time'), align: 'end', width: 100, allowsSorting: true },
          ...(isNarrow ? [] : [started]),
          { id: 'actions', title: t('processes.column.actions'), isUnseen: true, width: 56 },
        ]}
      />
      <TableBody items={items} dependencies={[t, rows, isNarrow]}>
        {({ id, row }) => <ProcessLine id={id} {...row} isNarrow={isNarrow} onSignal={onSignal} />}
      </TableBody>
    </Table>
  );
}

interface ProcessLineProps extends ProcessRow, Pick<ProcessesTableProps, 'onSignal'> {
  readonly id: string;
  readonly isNarrow: boolean;
}

const INDENT = 16;

function ProcessLine({ id, process, depth, isNarrow, onSignal }: ProcessLineProps): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { command, innerPid, pid, user, cpus, memoryBytes, cpuSeconds, startedAt, state } = process;
  return (
    <Row id={id} textValue={command}>
      <Cell>
        <span className="processes-command" style={{ paddingLeft: depth * INDENT }}>
          {depth > 0 && (
            <span aria-hidden className="processes-branch">
              └
            </span>
          )}
          <code className="cut" title={command}>
            {command}
          </code>
          {state !== 'S' && <span className="processes-state">{stateWords(state, t)}</span>}
        </span>
      </Cell>
      <Cell align="end">
        <span className="numbers">{innerPid}</span>
      </Cell>
      {!isNarrow && (
        <Cell align="end">
          <span className="numbers faint">{pid}</span>
        </Cell>
      )}
      <Cell>
        <span className="cut">{user}</span>
      </Cell>
      <Cell align="end">
        <span className="numbers">{format.percent(cpus)}</span>
      </Cell>
      <Cell align="end">
        <span className="numbers">{format.bytes(memoryBytes)}</span>
      </Cell>
      <Cell align="end">
        <span className="numbers">{clockText(cpuSeconds)}</span>
      </Cell>
      {!isNarrow && (
        <Cell>
          <time className="numbers" dateTime={new Date(startedAt).toISOString()} title={format.dateTime(startedAt)}>
            {format.clock(startedAt)}
          </time>
        </Cell>
      )}
      <Cell align="end">
        <Signals process={process} onSignal={onSignal} />
      </Cell>
    </Row>
  );
}

function stateWords(state: string, t: Translate): string {
  if (state === 'R' || state === 'D' || state === 'Z' || state === 'T') return t(`processes.state.${state}`);
  return t('processes.state.other', { state });
}

const gentle = { terminate: 'SIGTERM', interrupt: 'SIGINT', hangup: 'SIGHUP' } as const;

function Signals({ process, onSignal }: Pick<ProcessLineProps, 'process' | 'onSignal'>): ReactNode {
  const t = useTranslate();
  const label = t('processes.actionsFor', { pid: process.innerPid });
  const actions = (['terminate', 'interrupt', 'hangup'] as const).map((id) => ({
    id,
    label: t(`processes.${id}`),
    onAction: () => onSignal(process, gentle[id]),
  }));
  return (
    <Menu
      label={label}
      trigger={<IconButton size="small" label={label} icon={<MoreHorizontal aria-hidden />} />}
      actions={[
        ...actions,
        {
          id: 'kill',
          label: t('processes.kill'),
          icon: <OctagonX aria-hidden />,
          isDanger: true,
          startsGroup: true,
          onAction: () => onSignal(process, 'SIGKILL'),
        },
      ]}
    />
  );
}
