import { z } from 'zod';

/** `PortSummary` of the Docker Engine API. */
export const shownPort = z.object({
  IP: z.string().optional(),
  PrivatePort: z.int(),
  PublicPort: z.int().optional(),
  Type: z.string(),
});
type ShownPort = z.infer<typeof shownPort>;

/** `0.0.0.0:8080->80/tcp, 443/tcp`. */
export function portsText(ports: readonly ShownPort[]): string {
  return ports
    .toSorted((one, other) => one.PrivatePort - other.PrivatePort || one.Type.localeCompare(other.Type))
    .map(({ IP = '', PrivatePort, PublicPort, Type }) => {
      const published = PublicPort === undefined ? '' : `${addressText(IP)}:${PublicPort}->`;
      return `${published}${PrivatePort}/${Type}`;
    })
    .join(', ');
}

/** IPv6 in brackets, so that a port can stand after it. */
export function addressText(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
