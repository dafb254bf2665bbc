import { expect, test } from 'vitest';

import { applyInstructions } from './apply-instructions.ts';

const before = {
  Env: ['PATH=/bin', 'KEPT=1'],
  Cmd: ['sh'],
  WorkingDir: '/srv',
  Labels: { old: 'yes' },
  ExposedPorts: { '80/tcp': {} },
};

test.each([
  ['CMD ["a", "b"]', { Cmd: ['a', 'b'] }],
  ['cmd echo hi', { Cmd: ['/bin/sh', '-c', 'echo hi'] }],
  ['CMD [ -e /x ] && echo', { Cmd: ['/bin/sh', '-c', '[ -e /x ] && echo'] }],
  ['ENTRYPOINT ["/run"]', { Entrypoint: ['/run'], Cmd: null }],
  ['ENV A=b PATH="/x y" C=\\"d', { Env: ['PATH=/x y', 'KEPT=1', 'A=b', 'C="d'] }],
  ['ENV A b  c', { Env: ['PATH=/bin', 'KEPT=1', 'A=b  c'] }],
  ["LABEL new='a b' old=no", { Labels: { old: 'no', new: 'a b' } }],
  ['EXPOSE 53/UDP 8000-8010', { ExposedPorts: { '80/tcp': {}, '53/udp': {}, '8000-8010/tcp': {} } }],
  ['VOLUME ["/a", "/b c"]', { Volumes: { '/a': {}, '/b c': {} } }],
  ['VOLUME /a /b', { Volumes: { '/a': {}, '/b': {} } }],
  ['USER nobody:users', { User: 'nobody:users' }],
  ['WORKDIR app', { WorkingDir: '/srv/app' }],
  ['WORKDIR /app', { WorkingDir: '/app' }],
  ['STOPSIGNAL SIGINT', { StopSignal: 'SIGINT' }],
  ['ONBUILD RUN make', { OnBuild: ['RUN make'] }],
  ['HEALTHCHECK NONE', { Healthcheck: { Test: ['NONE'] } }],
  [
    'HEALTHCHECK --interval=1m30s --retries=4 CMD test -e /x',
    { Healthcheck: { Test: ['CMD-SHELL', 'test -e /x'], Interval: 90e9, Retries: 4 } },
  ],
  ['HEALTHCHECK CMD ["a"]', { Healthcheck: { Test: ['CMD', 'a'] } }],
  ['USER a\nWORKDIR /b\n\n', { User: 'a', WorkingDir: '/b' }],
  ['CMD ["a"]\nENTRYPOINT ["/run"]', { Cmd: ['a'], Entrypoint: ['/run'] }],
])('%j', (line, change) => {
  expect(applyInstructions(before, [line])).toEqual({ ...before, ...change });
});

test.each([
  ['RUN make', 'RUN is not a valid change command'],
  ['CMD', 'CMD requires an argument'],
  ['ENV A', 'ENV must have two arguments'],
  ['ENV A=b c', 'find = in "c"'],
  ['EXPOSE http', 'invalid containerPort: http'],
  ['HEALTHCHECK --colour=red CMD x', 'has no option --colour'],
  ['HEALTHCHECK --interval=often CMD x', 'invalid duration "often"'],
  ['HEALTHCHECK ping', 'Unknown type "ping" in HEALTHCHECK'],
])('%j is refused', (line, words) => {
  expect(() => applyInstructions(before, [line])).toThrow(words);
});
