import { describeWith } from '#engine/testing/requires.ts';
import { terminalSuite } from '#engine/testing/terminal.suite.ts';

describeWith(['root', 'launcher', 'busybox', 'docker client'], "Docker's own command line at a terminal", () => {
  terminalSuite(({ docker }) => docker);
});
