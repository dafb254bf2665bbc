import type { RuntimeResources } from '#engine/oci/runtime-spec.ts';

import { limit, type Limit } from './write-limits.ts';

/** Nothing and less is no limit. */
export function pidsLimits({ pids }: RuntimeResources): readonly Limit[] {
  return pids === undefined ? [] : [limit('pids.max', pids.limit > 0 ? pids.limit : 'max')];
}

/** @param ending how the version ends its file's name: `hugetlb.2MB.max`. */
export function hugepageLimits({ hugepageLimits: wanted = [] }: RuntimeResources, ending: string): readonly Limit[] {
  return wanted.map(({ pageSize, limit: bytes }) => limit(`hugetlb.${pageSize}.${ending}`, bytes));
}

export function rdmaLimits({ rdma = {} }: RuntimeResources): readonly Limit[] {
  return Object.entries(rdma).map(([device, { hcaHandles, hcaObjects }]) => {
    const handles = hcaHandles === undefined ? '' : ` hca_handle=${hcaHandles}`;
    const objects = hcaObjects === undefined ? '' : ` hca_object=${hcaObjects}`;
    return limit('rdma.max', `${device}${handles}${objects}`);
  });
}
