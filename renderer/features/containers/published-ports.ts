import type { ContainerSummary } from '#engine/contract/container.ts';

export interface PublishedPort {
  readonly key: string;
  /** `8080→80`, `127.0.0.1:8080→80/udp`. */
  readonly text: string;
  /** Where a browser of this machine finds it; undefined of what no browser speaks. */
  readonly href: string | undefined;
}

const everywhere = ['', '0.0.0.0', '::'];

/** Each published port once, although it may be open for both kinds of addresses. */
export function publishedPorts({ Ports }: Pick<ContainerSummary, 'Ports'>): readonly PublishedPort[] {
  const found = new Map<string, PublishedPort>();
  for (const { IP = '', PrivatePort, PublicPort = 0, Type } of Ports) {
    if (PublicPort === 0) continue;
    const isEverywhere = everywhere.includes(IP);
    const host = IP.includes(':') ? `[${IP}]` : IP;
    const kind = Type === 'tcp' ? '' : `/${Type}`;
    const text = `${isEverywhere ? '' : `${host}:`}${PublicPort}→${PrivatePort}${kind}`;
    const href = Type === 'tcp' ? `http://${isEverywhere ? 'localhost' : host}:${PublicPort}/` : undefined;
    if (!found.has(text)) found.set(text, { key: text, text, href });
  }
  return [...found.values()];
}
