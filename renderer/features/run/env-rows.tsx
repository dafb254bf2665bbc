import type { ClipboardEvent, ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';

import { DraftRows } from './draft-rows.tsx';
import { parseEnvLines } from './env-lines.ts';
import type { EnvRow } from './run-draft.ts';
import { nextRowId, type RunForm } from './run-form.ts';
import { RowInput } from './row-input.tsx';

export function EnvRows({ form }: { readonly form: RunForm }): ReactNode {
  const t = useTranslate();
  const { env } = form.draft;
  const change = (id: number, fields: Partial<EnvRow>): void =>
    form.change({ env: env.map((row) => (row.id === id ? { ...row, ...fields } : row)) });
  const paste = (row: EnvRow, event: ClipboardEvent): void => {
    const pasted = parseEnvLines(event.clipboardData.getData('text/plain'));
    if (pasted.length === 0 || row.name !== '') return;
    event.preventDefault();
    form.change({ env: withPasted(env, row, pasted) });
  };
  return (
    <DraftRows
      kind="env"
      rows={env}
      heads={[t('run.envName'), t('run.envValue')]}
      addLabel={t('run.envAdd')}
      onAdd={() => form.change({ env: [...env, { id: nextRowId(env), name: '', value: '' }] })}
      removeLabel={({ name }) => t('run.rowRemove', { what: name === '' ? t('run.envRow') : name })}
      onRemove={({ id }) => form.change({ env: env.filter((row) => row.id !== id) })}
      errorOf={({ id }) => form.errorAt(`env-${id}`)}
    >
      {(row, { isNew, ...cell }) => (
        <>
          <RowInput
            {...cell}
            label={t('run.envName')}
            value={row.name}
            onChange={(name) => change(row.id, { name })}
            onPaste={(event) => paste(row, event)}
            placeholder="LANG"
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the row that was asked for a moment ago
            autoFocus={isNew}
          />
          <RowInput
            {...cell}
            label={t('run.envValue')}
            value={row.value}
            onChange={(value) => change(row.id, { value })}
            placeholder="C.UTF-8"
          />
        </>
      )}
    </DraftRows>
  );
}

/** The pasted lines in the place of the row they were pasted into. */
function withPasted(rows: readonly EnvRow[], into: EnvRow, pasted: readonly Omit<EnvRow, 'id'>[]): readonly EnvRow[] {
  const first = nextRowId(rows);
  const added = pasted.map((row, index) => ({ ...row, id: first + index }));
  return rows.flatMap((row) => (row.id === into.id ? added : [row]));
}
