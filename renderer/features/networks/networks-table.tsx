import { Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';

import type { NetworkMember, NetworkSummary } from '#engine/contract/network.ts';
import { type Translate, useTranslate } from '#renderer/i18n/translate.ts';
import { Badge } from '#renderer/ui/badge.tsx';
import { goTo } from '#renderer/ui/hash-location.ts';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Cell, Row, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';

interface NetworksTableProps {
  readonly networks: readonly NetworkSummary[];
  readonly onRemove: (network: NetworkSummary) => void;
}

export function NetworksTable({ networks, onRemove }: NetworksTableProps): ReactNode {
  const t = useTranslate();
  return (
    <Table
      aria-label={t('networks.list')}
      onRowAction={(key) => {
        const network = networks.find(({ id }) => id === key);
        if (network !== undefined) goTo(`/networks/${encodeURIComponent(network.name)}`);
      }}
    >
      <TableHead
        columns={[
          { id: 'name', title: t('networks.column.name'), width: '28%' },
          { id: 'addresses', title: t('networks.column.addresses'), width: '26%' },
          { id: 'members', title: t('networks.column.members') },
          { id: 'actions', title: t('networks.column.actions'), isUnseen: true, width: 64 },
        ]}
      />
      <TableBody items={networks} dependencies={[t]}>
        {(network) => <NetworkRow id={network.id} network={network} onRemove={onRemove} />}
      </TableBody>
    </Table>
  );
}

interface NetworkRowProps extends Pick<NetworksTableProps, 'onRemove'> {
  readonly id: string;
  readonly network: NetworkSummary;
}

function NetworkRow({ id, network, onRemove }: NetworkRowProps): ReactNode {
  const t = useTranslate();
  const { name, driver, internal, isPredefined, subnets, members } = network;
  return (
    <Row id={id} textValue={name}>
      <Cell>
        <span className="networks-name">
          <Link href={`#/networks/${encodeURIComponent(name)}`} className="networks-link cut">
            {name}
          </Link>
          <span className="networks-badges faint small">
            {t(`networks.kind.${driver}`)}
            {isPredefined && ` · ${t('networks.predefined')}`}
            {internal && <Badge tone="warning">{t('networks.internal')}</Badge>}
          </span>
        </span>
      </Cell>
      <Cell>
        <span className="networks-name">
          {subnets.map(({ subnet, gateway }) => (
            <code key={subnet} className="cut" title={t('networks.gateway', { address: gateway })}>
              {subnet}
            </code>
          ))}
        </span>
      </Cell>
      <Cell>
        <span className="networks-members">
          {members.length === 0
            ? t('networks.nobody')
            : members.map((member) => <MemberLink key={member.id} member={member} />)}
        </span>
      </Cell>
      <Cell align="end">
        <IconButton
          size="small"
          label={removeWords(network, t)}
          icon={<Trash2 aria-hidden />}
          isDisabled={isPredefined || members.some(({ running }) => running)}
          onPress={() => onRemove(network)}
        />
      </Cell>
    </Row>
  );
}

function removeWords({ name, isPredefined, members }: NetworkSummary, t: Translate): string {
  if (isPredefined) return t('networks.stays', { name });
  return t(members.some(({ running }) => running) ? 'networks.inUse' : 'networks.remove', { name });
}

function MemberLink({ member }: { readonly member: NetworkMember }): ReactNode {
  const t = useTranslate();
  return (
    <span>
      <Link href={`#/containers/${member.id}`} className="networks-link cut">
        {member.name}
      </Link>{' '}
      <span className="faint small numbers">{member.running ? member.ipv4 : t('networks.notRunning')}</span>
    </span>
  );
}
