import { expect, test } from 'vitest';

import { listeningInodes } from './port-holder.ts';

const text = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0
   1: 00000000:1F90 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0 0 10 0
   2: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0 0 10 0
`;

test('only what listens on the port counts', () => {
  expect(listeningInodes(text, { protocol: 'tcp', hostPort: 8080 })).toEqual(['4711']);
  expect(listeningInodes(text, { protocol: 'udp', hostPort: 53 })).toEqual(['4713']);
  expect(listeningInodes(text, { protocol: 'tcp', hostPort: 53 })).toEqual([]);
  expect(listeningInodes(text, { protocol: 'tcp', hostPort: 80 })).toEqual([]);
});
