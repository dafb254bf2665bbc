import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { Link } from 'react-aria-components';

import type { ContainerSummary } from '#engine/contract/container.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { goTo } from '#renderer/ui/hash-location.ts';
import { Hash } from '#renderer/ui/hash.tsx';
import { Cell, Column, Row, type SortDescriptor, Table, TableBody, TableHeader } from '#renderer/ui/table.tsx';

import { ContainerActions } from './container-actions.tsx';
import { ContainerState } from './container-state.tsx';
import { containerName, imageWords } from './container-words.ts';
import { useNow } from './use-now.ts';

export interface ContainersTableProps {
  readonly containers: readonly ContainerSummary[];
  readonly sort: SortDescriptor;
  readonly onSort: (sort: SortDescriptor) => void;
  readonly onRemove: (container: ContainerSummary) => void;
}

export function ContainersTable({ containers, sort, onSort, onRemove }: ContainersTableProps): ReactNode {
  const t = useTranslate();
  const frame = useRef<HTMLDivElement>(null);
  /** Before the table's own type-ahead takes the letter. */
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const container = containers.find(({ Id }) => Id === rowKey(event.target, frame.current));
    if (container === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const does = keys(container, onRemove)[event.key.toLowerCase()];
    if (does === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    does();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys for the rows of the table inside
    <div ref={frame} style={{ display: 'contents' }} onKeyDownCapture={onKeyDown}>
      <Table
        aria-label={t('containers.list')}
        sortDescriptor={sort}
        onSortChange={onSort}
        onRowAction={(key) => goTo(`/containers/${String(key)}/terminal`)}
      >
        <TableHeader>
          <Column id="name" isRowHeader allowsSorting width="20%">
            {t('containers.column.name')}
          </Column>
          <Column id="state" allowsSorting width="21%">
            {t('containers.column.state')}
          </Column>
          <Column id="image" allowsSorting width="18%">
            {t('containers.column.image')}
          </Column>
          <Column id="command">{t('containers.column.command')}</Column>
          <Column id="created" allowsSorting width="12%">
            {t('containers.column.created')}
          </Column>
          <Column id="actions" width={148}>
            <span className="unseen">{t('containers.column.actions')}</span>
          </Column>
        </TableHeader>
        <TableBody items={containers} dependencies={[t]}>
          {(container) => <ContainerRow id={container.Id} container={container} onRemove={onRemove} />}
        </TableBody>
      </Table>
    </div>
  );
}

/** The row a key was pressed in; not in a menu or a dialog that a row has opened, which stands outside of the frame. */
function rowKey(target: EventTarget, frame: HTMLElement | null): string | null | undefined {
  if (!(target instanceof Element) || frame?.contains(target) !== true) return undefined;
  return target.closest('[data-key]')?.closest('[role="row"]')?.getAttribute('data-key');
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
}

function ContainerRow({ id, container, onRemove }: ContainerRowProps): ReactNode {
  const t = useTranslate();
  const name = containerName(container);
  return (
    <Row id={id} textValue={name}>
      <Cell>
        <span className="containers-name">
          <span className="containers-name-text cut" title={name}>
            {name}
          </span>
          <span className="containers-id">
            <Hash digest={container.Id} what={t('containers.id')} />
          </span>
        </span>
      </Cell>
      <Cell>
        <ContainerState container={container} />
      </Cell>
      <Cell>
        <Link
          href={`#/images/${container.ImageID}`}
          className="containers-image cut"
          aria-label={imageWords(container)}
        >
          {imageWords(container)}
        </Link>
      </Cell>
      <Cell>
        <code className="containers-command cut" title={container.Command}>
          {container.Command}
        </code>
      </Cell>
      <Cell>
        <Created seconds={container.Created} />
      </Cell>
      <Cell align="end">
        <ContainerActions container={container} onRemove={onRemove} />
      </Cell>
    </Row>
  );
}

function Created({ seconds }: { readonly seconds: number }): ReactNode {
  const format = useFormat();
  const now = useNow();
  const created = seconds * 1000;
  return (
    <time className="soft cut" title={format.dateTime(created)} dateTime={new Date(created).toISOString()}>
      {format.ago(created, Math.max(now, created))}
    </time>
  );
}
