import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';

import type { BuildRecord } from '#engine/contract/build.ts';
import { useFormat } from '#renderer/i18n/format.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { goTo } from '#renderer/ui/hash-location.ts';
import { Cell, Row, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';

import { BuildState } from './build-state.tsx';
import { buildName, cacheShare, sourceWords } from './verdict-words.ts';

export function BuildsTable({ builds }: { readonly builds: readonly BuildRecord[] }): ReactNode {
  const t = useTranslate();
  return (
    <Table aria-label={t('builds.list')} onRowAction={(key) => goTo(`/builds/${key}`)}>
      <TableHead
        columns={[
          { id: 'name', title: t('builds.column.name') },
          { id: 'state', title: t('builds.column.state'), width: 130 },
          { id: 'cache', title: t('builds.column.cache'), width: 150 },
          { id: 'duration', title: t('builds.column.duration'), align: 'end', width: 90 },
          { id: 'started', title: t('builds.column.started'), align: 'end', width: 150 },
        ]}
      />
      <TableBody items={builds} dependencies={[t]}>
        {(build) => <BuildRow id={build.id} build={build} />}
      </TableBody>
    </Table>
  );
}

function BuildRow({ id, build }: { readonly id: string; readonly build: BuildRecord }): ReactNode {
  const t = useTranslate();
  const format = useFormat();
  const { names, startedAt, durationMs } = build;
  return (
    <Row id={id} textValue={buildName(build)}>
      <Cell>
        <span className="builds-name">
          <Link href={`#/builds/${id}`} className="builds-link cut">
            {names.length === 0 ? t('builds.unnamed') : format.list(names)}
          </Link>
          <span className="faint small cut">{sourceWords(build)}</span>
        </span>
      </Cell>
      <Cell>
        <BuildState state={build.state} />
      </Cell>
      <Cell>
        <CacheBar build={build} />
      </Cell>
      <Cell align="end">
        <span className="numbers">{durationMs === undefined ? '' : format.seconds(durationMs)}</span>
      </Cell>
      <Cell align="end">
        <span className="faint">{format.ago(Date.parse(startedAt))}</span>
      </Cell>
    </Row>
  );
}

function CacheBar({ build }: { readonly build: BuildRecord }): ReactNode {
  const t = useTranslate();
  const { hits, all } = cacheShare(build);
  if (all === 0) return <span className="faint small">{t('builds.noCache')}</span>;
  return (
    <span className="builds-cache small">
      <span className="builds-cache-bar" aria-hidden>
        <span style={{ width: `${(hits / all) * 100}%` }} />
      </span>
      {t('builds.cache', { hits, all })}
    </span>
  );
}
