import type { ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { Switch } from '#renderer/ui/switch.tsx';

import { DraftRows } from './draft-rows.tsx';
import type { BindRow } from './run-draft.ts';
import { nextRowId, type RunForm } from './run-form.ts';
import { RowInput } from './row-input.tsx';

export function BindRows({ form }: { readonly form: RunForm }): ReactNode {
  const t = useTranslate();
  const { binds } = form.draft;
  const change = (id: number, fields: Partial<BindRow>): void =>
    form.change({ binds: binds.map((row) => (row.id === id ? { ...row, ...fields } : row)) });
  const added: BindRow = { id: nextRowId(binds), source: '', destination: '', readOnly: false };
  return (
    <DraftRows
      kind="binds"
      rows={binds}
      heads={[t('run.bindSource'), t('run.bindDestination')]}
      addLabel={t('run.bindAdd')}
      onAdd={() => form.change({ binds: [...binds, added] })}
      removeLabel={({ destination }) =>
        t('run.rowRemove', { what: destination === '' ? t('run.bindRow') : destination })
      }
      onRemove={({ id }) => form.change({ binds: binds.filter((row) => row.id !== id) })}
      errorOf={({ id }) => form.errorAt(`bind-${id}`)}
    >
      {(row, { isNew, ...cell }) => (
        <>
          <RowInput
            {...cell}
            label={t('run.bindSource')}
            value={row.source}
            onChange={(source) => change(row.id, { source })}
            placeholder="/home/me/project"
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the row that was asked for a moment ago
            autoFocus={isNew}
          />
          <RowInput
            {...cell}
            label={t('run.bindDestination')}
            value={row.destination}
            onChange={(destination) => change(row.id, { destination })}
            placeholder="/srv"
          />
          <Switch isSelected={row.readOnly} onChange={(readOnly) => change(row.id, { readOnly })}>
            {t('run.bindReadOnly')}
          </Switch>
        </>
      )}
    </DraftRows>
  );
}
