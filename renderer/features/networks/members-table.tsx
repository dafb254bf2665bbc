import { Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-aria-components';

import type { NetworkMember, NetworkSummary } from '#engine/contract/network.ts';
import { useTranslate } from '#renderer/i18n/translate.ts';
import { appStores } from '#renderer/stores/app-context.ts';
import { Badge } from '#renderer/ui/badge.tsx';
import { IconButton } from '#renderer/ui/icon-button.tsx';
import { Cell, Row, Table, TableBody, TableHead } from '#renderer/ui/table.tsx';
import { toast } from '#renderer/ui/toast.tsx';

/** Who is on a network, by which names and addresses. */
export function MembersTable({ network }: { readonly network: NetworkSummary }): ReactNode {
  const t = useTranslate();
  return (
    <Table aria-label={t('networks.members')}>
      <TableHead
        columns={[
          { id: 'container', title: t('networks.column.container'), width: '26%' },
          { id: 'names', title: t('networks.column.names') },
          { id: 'addresses', title: t('networks.column.addresses'), width: '22%' },
          { id: 'mac', title: t('networks.column.mac'), width: 160 },
          { id: 'actions', title: t('networks.column.actions'), isUnseen: true, width: 64 },
        ]}
      />
      <TableBody items={network.members} dependencies={[t, network]}>
        {(member) => <MemberRow id={member.id} member={member} network={network} />}
      </TableBody>
    </Table>
  );
}

interface MemberRowProps {
  readonly id: string;
  readonly member: NetworkMember;
  readonly network: NetworkSummary;
}

function MemberRow({ id, member, network }: MemberRowProps): ReactNode {
  const t = useTranslate();
  const { name, running, aliases, ipv4, ipv6, hardwareAddress = '' } = member;
  const names = network.resolvesNames ? [name, id.slice(0, 12), ...aliases] : [];
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
        <span className="networks-name">
          {ipv4 !== undefined && <code className="cut">{ipv4}</code>}
          {ipv6 !== undefined && (
            <code className="cut" title={ipv6}>
              {ipv6}
            </code>
          )}
        </span>
      </Cell>
      <Cell>
        <code>{hardwareAddress}</code>
      </Cell>
      <Cell align="end">{network.driver === 'bridge' && <LeaveButton network={network} member={member} />}</Cell>
    </Row>
  );
}

/** What is left can be joined again, so nobody is asked first. */
function LeaveButton({ network, member }: Omit<MemberRowProps, 'id'>): ReactNode {
  const t = useTranslate();
  const leave = async (): Promise<void> => {
    if (!(await appStores().networks.getState().disconnect(network, member))) return;
    const names = { container: member.name, network: network.name };
    toast({ tone: 'good', title: t('networks.disconnected', names) });
  };
  return (
    <IconButton
      size="small"
      label={t('networks.disconnect', { container: member.name })}
      icon={<Unplug aria-hidden />}
      onPress={() => void leave()}
    />
  );
}
