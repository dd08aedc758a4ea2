/** How long pages with many rows take to answer a person, and how much of it is the work of the page itself. */
import type { Browser, Locator, Page } from 'playwright-core';
import { forgetAnswers, freshTab, type Person, signIn, untilDrawn, vitals } from './browser.js';

export interface Answer {
  name: string;
  /** From the event to the next picture, as the browser tells it (Event Timing). Milliseconds, in steps of 8. */
  inp: number;
  /** Processor time of the page's main thread meanwhile, for each event of the deed. Milliseconds. */
  cpu: number;
}

/** A click, a key, or a text that is typed. */
interface Deed {
  name: string;
  at?: (page: Page) => Locator;
  key?: string;
  text?: string;
  /** Between two keys of the text. Milliseconds. @default none */
  pause?: number;
}

/** What a person does on a page. */
export interface Deeds {
  /** Until the page is there, as the deeds find it. */
  ready: (page: Page) => Promise<void>;
  /** In this order; each begins where the one before has ended. */
  deeds: Deed[];
}

/** A list is the same one in both fronts. */
export const LIST: Deeds = {
  ready: untilAllListed,
  deeds: [
    { name: 'select one row', at: (page) => page.getByRole('row').nth(3).getByRole('checkbox') },
    { name: 'select all', at: (page) => page.getByRole('checkbox', { name: 'Select all that are listed' }) },
    { name: 'clear the selection', at: (page) => page.getByRole('button', { name: 'Clear the selection' }) },
    { name: 'open a filter', at: (page) => page.getByRole('search').getByRole('button', { name: 'Status' }) },
    { name: 'filter', at: (page) => page.getByRole('checkbox', { name: /Running/ }) },
    { name: 'filter no more', at: (page) => page.getByRole('checkbox', { name: /Running/ }) },
    { name: 'close the filter', key: 'Escape' },
    { name: 'open the columns', at: (page) => page.getByRole('button', { name: 'Columns' }) },
    { name: 'show a column more', at: (page) => page.getByRole('checkbox', { name: 'Tags' }) },
    { name: 'close the columns', key: 'Escape' },
    { name: 'go to the search', at: (page) => page.getByLabel('Search', { exact: true }).first() },
    { name: 'type into the search', text: 'orders' },
    { name: 'sort', at: (page) => page.getByRole('columnheader').getByRole('button', { name: 'Instance' }) },
    { name: 'open the palette', key: 'Control+k' },
    { name: 'type into the palette', text: 'orders' },
    { name: 'close the palette', key: 'Escape' },
    { name: 'open an instance', at: (page) => page.getByRole('row').nth(2).getByRole('link').first() },
  ],
};

/**
 * The plan editor with the example of 329 lines, and somebody who types fast: 60 keys, each 80 ms after the one before. In lines that are in
 * view from the beginning: in a part that was scrolled to, this Chromium without a screen tells of no picture until the typing ends.
 */
export const EDITOR: Deeds = {
  ready: async (page) => {
    await page.getByRole('button', { name: 'Begin with this: MariaDB' }).click();
    await page.getByText('No problems.').waitFor();
    await page.getByLabel('Plan spec').focus();
    await page.keyboard.press('Control+Home');
    for (let line = 1; line < 20; line += 1) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
  },
  deeds: [
    { name: 'type 60 keys of a comment', text: '# How many members the cluster has; each is a pod of its own', pause: 80 },
    {
      name: 'type a key that is not known, and its value',
      text: '\nmembersOfTheCluster: {count: 3, storage: 100Gi, class: fast} ',
      pause: 80,
    },
  ],
};

/** What was done on the page at the address, one after the other. */
export async function answersOf(browser: Browser, address: string, person: Person, { ready, deeds }: Deeds): Promise<Answer[]> {
  const { context, page } = await freshTab(browser);
  try {
    await signIn(page, new URL(address).origin, person);
    await page.goto(address);
    await untilDrawn(page);
    await ready(page);
    const processor = await context.newCDPSession(page);
    await processor.send('Performance.enable', { timeDomain: 'threadTicks' });
    const used = async () => {
      const { metrics } = await processor.send('Performance.getMetrics');
      return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1_000;
    };
    const answers: Answer[] = [];
    for (const deed of deeds) {
      await settled(page);
      // Found before the clock runs: looking for it is work of the page, too.
      const place = await deed.at?.(page).boundingBox();
      await forgetAnswers(page);
      const before = await used();
      if (place !== undefined && place !== null) await page.mouse.click(place.x + place.width / 2, place.y + place.height / 2);
      if (deed.key !== undefined) await page.keyboard.press(deed.key);
      if (deed.text !== undefined) await page.keyboard.type(deed.text, { delay: deed.pause ?? 0 });
      await settled(page);
      const events = deed.text?.length ?? 1;
      answers.push({ name: deed.name, inp: (await vitals(page)).inp, cpu: ((await used()) - before) / events });
    }
    return answers;
  } finally {
    await context.close();
  }
}

/** A list loads as far as it was looked at. */
async function untilAllListed(page: Page): Promise<void> {
  await page.waitForFunction(
    `(() => {
    window.scrollTo(0, document.body.scrollHeight);
    return Number(document.querySelector('table')?.getAttribute('aria-rowcount')) > 1000;
  })()`,
    undefined,
    { polling: 200 },
  );
  await page.evaluate('window.scrollTo(0, 0)');
}

/** What was asked for has been answered and drawn: the page has had nothing to do for a while. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction("document.querySelectorAll('.mantine-Skeleton-root').length === 0", undefined, { polling: 250 });
  await page.evaluate(
    'new Promise((done) => setTimeout(() => requestIdleCallback(() => requestAnimationFrame(() => requestAnimationFrame(done))), 400))',
  );
}
