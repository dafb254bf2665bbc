import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';

import type { ContainerSummary } from '#engine/contract/container.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { goTo } from '#renderer/ui/hash-location.ts';
import { Hash } from '#renderer/ui/hash.tsx';
import { RowKeys } from '#renderer/ui/row-keys.tsx';
import { Cell, ChoiceCell, Row, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';
import { useNarrow } from '#renderer/ui/use-narrow.ts';
import type { ChoosingTable } from '#renderer/ui/use-chosen-rows.ts';

import { ContainerActions } from './container-actions.tsx';
import { ContainerState } from './container-state.tsx';
import { containerName, imageWords } from './container-words.ts';
import { PortLinks } from './port-links.tsx';
import { publishedPorts } from './published-ports.ts';
import { MemoryCell, ProcessorCell } from './usage-cells.tsx';

export interface ContainersTableProps {
  readonly containers: readonly ContainerSummary[];
  readonly table: ChoosingTable;
  readonly onRemove: (container: ContainerSummary) => void;
}

export function ContainersTable({ containers, table, onRemove }: ContainersTableProps): ReactNode {
  const t = useTranslate();
  const isNarrow = useNarrow();
  const hasPorts = containers.some((container) => publishedPorts(container).length > 0);
  const keysOf = (id: string): ReturnType<typeof keys> => {
    const container = containers.find(({ Id }) => Id === id);
    return container === undefined ? {} : keys(container, onRemove);
  };
  return (
    <RowKeys keysOf={keysOf}>
      <Table
        {...table}
        aria-label={t('containers.list')}
        onRowAction={(key) => goTo(`/containers/${String(key)}/terminal`)}
      >
        <TableHead
          canChoose
          columns={[
            { id: 'name', title: t('containers.column.name'), width: isNarrow ? '17%' : '20%', allowsSorting: true },
            { id: 'state', title: t('containers.column.state'), width: isNarrow ? '17%' : '20%', allowsSorting: true },
            { id: 'image', title: t('containers.column.image'), allowsSorting: true },
            ...(hasPorts
              ? [{ id: 'ports', title: t('containers.column.ports'), width: 'clamp(108px, 12%, 200px)' }]
              : []),
            { id: 'cpu', title: t('containers.column.cpu'), width: 'clamp(72px, 9.5vw, 126px)' },
            { id: 'memory', title: t('containers.column.memory'), width: 'clamp(84px, 10.5vw, 142px)' },
            { id: 'actions', title: t('containers.column.actions'), isUnseen: true, width: isNarrow ? 84 : 148 },
          ]}
        />
        <TableBody items={containers} dependencies={[t, hasPorts, isNarrow]}>
          {(container) => <ContainerRow id={container.Id} {...{ container, hasPorts, isNarrow, onRemove }} />}
        </TableBody>
      </Table>
    </RowKeys>
  );
}

function keys(
  container: ContainerSummary,
  onRemove: ContainersTableProps['onRemove'],
): Readonly<Record<string, () => void>> {
  return {
    t: () => goTo(`/containers/${container.Id}/terminal`),
    l: () => goTo(`/containers/${container.Id}/logs`),
    delete: () => onRemove(container),
  };
}

interface ContainerRowProps extends Pick<ContainersTableProps, 'onRemove'> {
  /** What the table tells rows apart by, wherever they move. */
  readonly id: string;
  readonly container: ContainerSummary;
  readonly hasPorts: boolean;
  readonly isNarrow: boolean;
}

function ContainerRow({ id, container, hasPorts, isNarrow, onRemove }: ContainerRowProps): ReactNode {
  const t = useTranslate();
  const name = containerName(container);
  return (
    <Row id={id} textValue={name}>
      <ChoiceCell />
      <Cell>
        <span className="containers-name">
          <span className="containers-name-text cut" title={name}>
            {name}
          </span>
          <span className="row-hash">
            <Hash digest={container.Id} what={t('containers.id')} />
          </span>
        </span>
      </Cell>
      <Cell>
        <ContainerState container={container} />
      </Cell>
      <Cell>
        <span className="containers-made">
          <Link href={`#/images/${container.ImageID}`} className="containers-image cut">
            {imageWords(container)}
          </Link>
          <code className="containers-command cut" title={container.Command}>
            {container.Command}
          </code>
        </span>
      </Cell>
      {hasPorts && (
        <Cell>
          <PortLinks container={container} />
        </Cell>
      )}
      <Cell>
        <ProcessorCell id={container.Id} />
      </Cell>
      <Cell>
        <MemoryCell id={container.Id} />
      </Cell>
      <Cell align="end">
        <ContainerActions container={container} isNarrow={isNarrow} onRemove={onRemove} />
      </Cell>
    </Row>
  );
}
