import { describeWith } from '#engine/testing/requires.ts';
import { terminalSuite } from '#engine/testing/terminal.suite.ts';

describeWith(['root', 'launcher', 'busybox'], 'estrato at a terminal', () => {
  terminalSuite(({ estrato }) => estrato);
});
