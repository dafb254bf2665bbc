import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';

import type { NetworkMember, NetworkSummary } from '#engine/contract/network.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { Badge } from '#renderer/ui/badge.tsx';
import { Cell, Column, Row, Table, TableBody, TableHeader } from '#renderer/ui/table.tsx';

/** Who is on a network, by which names and addresses. */
export function MembersTable({ network }: { readonly network: NetworkSummary }): ReactNode {
  const t = useTranslate();
  return (
    <Table aria-label={t('networks.members')}>
      <TableHeader>
        <Column id="container" isRowHeader width="26%">
          {t('networks.column.container')}
        </Column>
        <Column id="names">{t('networks.column.names')}</Column>
        <Column id="ipv4" width="16%">
          {t('networks.column.ipv4')}
        </Column>
        <Column id="ipv6" width="20%">
          {t('networks.column.ipv6')}
        </Column>
        <Column id="mac" width={160}>
          {t('networks.column.mac')}
        </Column>
      </TableHeader>
      <TableBody items={network.members} dependencies={[t, network]}>
        {(member) => <MemberRow id={member.id} member={member} resolvesNames={network.resolvesNames} />}
      </TableBody>
    </Table>
  );
}

interface MemberRowProps {
  readonly id: string;
  readonly member: NetworkMember;
  readonly resolvesNames: boolean;
}

function MemberRow({ id, member, resolvesNames }: MemberRowProps): ReactNode {
  const t = useTranslate();
  const { name, running, aliases, ipv4 = '', ipv6 = '', hardwareAddress = '' } = member;
  const names = resolvesNames ? [name, id.slice(0, 12), ...aliases] : [];
  return (
    <Row id={id} textValue={name}>
      <Cell>
        <span className="networks-member">
          <Link href={`#/containers/${id}`} className="networks-link cut">
            {name}
          </Link>
          {!running && <Badge>{t('networks.notRunning')}</Badge>}
        </span>
      </Cell>
      <Cell>
        <span className="networks-members">
          {[...new Set(names)].map((one) => (
            <code key={one}>{one}</code>
          ))}
        </span>
      </Cell>
      <Cell>
        <code>{ipv4}</code>
      </Cell>
      <Cell>
        <code className="cut">{ipv6}</code>
      </Cell>
      <Cell>
        <code>{hardwareAddress}</code>
      </Cell>
    </Row>
  );
}
