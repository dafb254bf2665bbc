import axe, { type AxeResults, type ElementContext, type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

/** Its colours alone, for a page that is the same but for its theme. */
type Looked = 'all' | 'colours';

const options: Readonly<Record<Looked, RunOptions>> = {
  all: {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'],
  },
  colours: { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }, resultTypes: ['violations'] },
};

/** What React Aria has just said aloud names elements that may be gone by now; it is emptied after some seconds. */
const context: ElementContext = { exclude: ['[data-live-announcer]'] };

/** What axe finds amiss in a page, a line for each place: its rule, what it says, and where. */
export async function accessibilityFindings(page: Page, looked: Looked = 'all'): Promise<readonly string[]> {
  // In the midst of a change from one colour to another none of them has any contrast. A cursor's blinking has no end.
  await page.evaluate(() => {
    const changes = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
    return Promise.allSettled(changes.map(({ finished }) => finished));
  });
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(${JSON.stringify(context)}, ${JSON.stringify(options[looked])})`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${failureSummary?.replaceAll(/\s+/g, ' ') ?? ''} ${html}`),
  );
}
