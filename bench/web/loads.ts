/** How long it takes until a page is there that is opened by its own address: at first, again, and over a slow network. */
import type { Browser } from 'playwright-core';
import { median } from '../figures.js';
import { freshTab, type Person, signIn, untilDrawn, vitals } from './browser.js';

export interface Load {
  lcp: number;
  cls: number;
  /** As they were sent, answers of the API included. */
  kilobytes: number;
}

export interface Loads {
  cold: Load;
  warm: Load;
  slow: Load;
}

/** As Lighthouse takes it for slow 4G: 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back. */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };

/** `person`: who is signed in; without one, nobody. Each figure is the median of so many times. */
export async function loadsOf(browser: Browser, address: string, person: Person | undefined, times: number): Promise<Loads> {
  const rounds: Loads[] = [];
  for (let round = 0; round < times; round += 1) rounds.push(await once(browser, address, person));
  const of = (kind: keyof Loads): Load => ({
    lcp: median(rounds.map((one) => one[kind].lcp)),
    cls: median(rounds.map((one) => one[kind].cls)),
    kilobytes: median(rounds.map((one) => one[kind].kilobytes)),
  });
  return { cold: of('cold'), warm: of('warm'), slow: of('slow') };
}

async function once(browser: Browser, address: string, person: Person | undefined): Promise<Loads> {
  const { context, page } = await freshTab(browser);
  try {
    const network = await context.newCDPSession(page);
    await network.send('Network.enable');
    if (person !== undefined) await signIn(page, new URL(address).origin, person);
    let bytes = 0;
    network.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    const load = async (): Promise<Load> => {
      bytes = 0;
      await page.goto(address);
      await untilDrawn(page);
      const { lcp, cls } = await vitals(page);
      return { lcp, cls, kilobytes: bytes / 1024 };
    };
    await network.send('Network.clearBrowserCache');
    const cold = await load();
    const warm = await load();
    await network.send('Network.clearBrowserCache');
    await network.send('Network.emulateNetworkConditions', SLOW_4G);
    const slow = await load();
    return { cold, warm, slow };
  } finally {
    await context.close();
  }
}
