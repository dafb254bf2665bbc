import { eachPeer, milliseconds, type Measure } from '#engine/bench/measure.ts';

export const list: Measure = {
  name: 'list',
  title: '`GET /containers/json?all=1` with 1,000 containers',
  unit: 'ms',
  target: { of: 'docker', atMost: 0.15 },
  rounds: 20,
  warmsUp: true,
  isCrowded: true,
  contestants: async (bench) =>
    eachPeer(bench, (peer) => milliseconds(() => peer.api.text('GET', '/containers/json?all=1'))),
};
