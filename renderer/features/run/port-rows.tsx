import type { ReactNode } from 'react';

import { useTranslate } from '#renderer/i18n/translate.ts';
import { Select } from '#renderer/ui/select.tsx';

import { DraftRows } from './draft-rows.tsx';
import { RowInput } from './row-input.tsx';
import { nextRowId, type RunForm } from './run-form.ts';
import type { PortRow } from './run-options.ts';

const protocols = ['tcp', 'udp'] as const;

export function PortRows({ form }: { readonly form: RunForm }): ReactNode {
  const t = useTranslate();
  const { ports } = form.draft;
  const change = (id: number, fields: Partial<PortRow>): void =>
    form.change({ ports: ports.map((row) => (row.id === id ? { ...row, ...fields } : row)) });
  const added: PortRow = { id: nextRowId(ports), host: '', container: exposedPort(form), protocol: 'tcp' };
  return (
    <DraftRows
      kind="ports"
      rows={ports}
      heads={[t('run.portHost'), t('run.portContainer'), t('run.portProtocol')]}
      addLabel={t('run.portAdd')}
      onAdd={() => form.change({ ports: [...ports, added] })}
      removeLabel={({ container }) => t('run.rowRemove', { what: container === '' ? t('run.portRow') : container })}
      onRemove={({ id }) => form.change({ ports: ports.filter((row) => row.id !== id) })}
      errorOf={({ id }) => form.errorAt(`port-${id}`)}
    >
      {(row, { isNew, ...cell }) => (
        <>
          <RowInput
            {...cell}
            label={t('run.portHost')}
            value={row.host}
            onChange={(host) => change(row.id, { host })}
            placeholder={t('run.portAny')}
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- the row that was asked for a moment ago
            autoFocus={isNew}
          />
          <RowInput
            {...cell}
            label={t('run.portContainer')}
            value={row.container}
            onChange={(container) => change(row.id, { container })}
            placeholder="80"
          />
          <Select
            label={t('run.portProtocol')}
            isLabelHidden
            value={row.protocol}
            choices={protocols.map((value) => ({ value, label: value.toUpperCase() }))}
            onChange={(protocol) => change(row.id, { protocol })}
          />
        </>
      )}
    </DraftRows>
  );
}

/** The first port that the image says it listens on and that no row has. */
function exposedPort({ config, draft }: RunForm): string {
  const exposed = (config?.exposedPorts ?? []).map((port) => port.split('/')[0] ?? '');
  return exposed.find((port) => draft.ports.every(({ container }) => container !== port)) ?? '';
}
