import { type ReactNode, useState } from 'react';

import type { Comparison } from '#engine/contract/comparison.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { EmptyState } from '#renderer/ui/empty-state.tsx';
import { Switch } from '#renderer/ui/switch.tsx';
import { Cell, Row, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';

import { ChangeGlyph } from './change-glyph.tsx';
import './compare.css';

/** The two configurations, field by field. */
export function CompareConfig({ comparison }: { readonly comparison: Comparison }): ReactNode {
  const t = useTranslate();
  const { config, before, now } = comparison;
  const [isOnlyChanges, setOnlyChanges] = useState(true);
  if (config.length === 0) return <EmptyState title={t('compare.noConfig')} />;
  const rows = config
    .filter(({ change }) => !isOnlyChanges || change !== 'unchanged')
    .map((field) => ({ id: field.field, field }));
  return (
    <>
      <div className="compare-tools">
        <Switch isSelected={isOnlyChanges} onChange={setOnlyChanges}>
          {t('compare.onlyChanges')}
        </Switch>
      </div>
      {rows.length === 0 ? (
        <EmptyState title={t('compare.sameConfig')} />
      ) : (
        <Table aria-label={t('compare.fields')}>
          <TableHead
            columns={[
              { id: 'field', title: t('compare.field'), width: '24%' },
              { id: 'before', title: before.name, width: '38%' },
              { id: 'now', title: now.name, width: '38%' },
            ]}
          />
          <TableBody items={rows} dependencies={[t]}>
            {({ id, field }) => (
              <Row id={id} textValue={id}>
                <Cell>
                  <span className="files-sum">
                    <ChangeGlyph change={field.change} />
                    <span className="unseen">{t(`compare.change.${field.change}`)}</span>
                    {field.field}
                  </span>
                </Cell>
                <Cell>
                  <code className="compare-value">{field.before ?? ''}</code>
                </Cell>
                <Cell>
                  <code className="compare-value">{field.now ?? ''}</code>
                </Cell>
              </Row>
            )}
          </TableBody>
        </Table>
      )}
    </>
  );
}
