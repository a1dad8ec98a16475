// Helpers for tests of the lists of Granite Residential, which has 800 properties.
import { ListPage, openProperties } from './list-page.js';

/** Milliseconds for a test that reads long lists. */
export const timeout = 180_000;

/** The property with 20,000 residents, and one whose number of residents a test can set. */
export const LARGE = { id: 500001, name: 'Amber Arms' };
export const SMALL = { id: 500002, name: 'Aspen Arms' };

/** Holds back the responses to matching requests. Returns a function that releases them. */
export async function delayResponses(page, pattern) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route(pattern, async (route) => {
    const response = await route.fetch();
    await released;
    await route.fulfill({ response });
  });
  return release;
}

export const goBack = (page) => page.evaluate(() => history.back());

export const scroll = (shell, top) => shell.frame().evaluate((top) => scrollTo(0, top), top);

export const waitForScroll = (shell, top) =>
  shell.frame().waitForFunction((top) => Math.abs(scrollY - top) <= 1, top);

/** Clicks a link by script: Playwright would scroll to it first. */
export const clickByScript = (link) => link.evaluate((element) => element.click());

export const waitForPager = (shell, text) =>
  shell.app.getByRole('navigation', { name: 'Pagination' }).getByText(text).waitFor();

/** Waits for the page of a property. */
export async function waitForProperty(shell, { name }) {
  await shell.waitForPage('property');
  await shell.app.getByRole('heading', { level: 1, name, exact: true }).waitFor({ timeout: 60_000 });
  return new ListPage(shell);
}

/** Goes from home to a property, found by its name. */
export async function openProperty(shell, { name }) {
  const list = await openProperties(shell);
  await list.searchField.fill(name);
  await list.waitForCount('1 of 800 properties');
  await list.link(name).click();
  return list;
}
