import type { ReactNode } from 'react';

import type { ContainerDetails } from '#engine/contract/container.ts';

export function LogsTab({ details }: { readonly details: ContainerDetails }): ReactNode {
  return <p>{details.summary.Id}</p>;
}
