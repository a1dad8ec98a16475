// Lists of properties and residents in the frame: sorting, paging, loading, printing and downloading them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { resizeFrame } from './lib/all-pages.js';
import { browserTest, browserTestPerCredential } from './lib/browser-test.js';
import { focusedElement } from './lib/focus.js';
import { ListPage, openProperties } from './lib/list-page.js';
import {
  LARGE,
  SMALL,
  clickByScript,
  goBack,
  openProperty,
  scroll,
  timeout,
  waitForPager,
  waitForProperty,
  waitForScroll,
} from './lib/list-tests.js';
import { INES, TOM, account, otherAccount } from './lib/people.js';
import { Shell } from './lib/shell.js';

browserTestPerCredential(
  'a list can be sorted by its column headers, by mouse and by keyboard, and paged through',
  { timeout },
  async ({ shell, page }) => {
    await shell.firstVisit(INES, account);
    const list = await openProperties(shell);
    await list.waitForSort('Name', 'ascending');
    await list.header('City').click();
    await list.waitForSort('City', 'ascending');
    assert.deepEqual([...new Set(await list.column('City'))], ['Austin, TX 78701']);
    await list.header('City').click();
    await list.waitForSort('City', 'descending');
    assert.deepEqual([...new Set(await list.column('City'))], ['Tulsa, OK 74103']);
    await list.searchField.fill('heron');
    await list.waitForCount('20 of 800 properties');
    await list.waitForSort('City', 'descending');
    await list.header('ID').focus();
    await page.keyboard.press('Enter');
    await list.waitForSort('ID', 'ascending');
    await list.waitForCount('20 of 800 properties');
    assert.equal(await list.searchField.inputValue(), 'heron', 'sorting keeps the search words');
    await list.waitForHeaderFocus('ID');
    await page.keyboard.press('Enter');
    await list.waitForSort('ID', 'descending');
    await list.waitForHeaderFocus('ID');
    await page.keyboard.press('Enter');
    await list.waitForSort('ID', 'ascending');
    const ids = (await list.column('ID')).map(Number);
    assert.deepEqual(ids, ids.toSorted((a, b) => a - b));

    await list.searchField.fill('');
    await list.waitForCount('800 properties');
    const pager = shell.app.getByRole('navigation', { name: 'Pagination' });
    await pager.getByRole('link', { name: 'Next' }).click();
    await pager.getByText('Page 2 of 8').waitFor();
    await list.waitForSort('ID', 'ascending');
    assert.deepEqual([(await list.column('ID'))[0], await list.size()], ['500101', 100]);
    await pager.getByRole('link').first().click();
    await pager.getByText('Page 1 of 8').waitFor();
    assert.equal((await list.column('ID'))[0], '500001');
    await list.header('ID').click();
    await list.waitForSort('ID', 'descending');
    await pager.getByRole('link', { name: 'Next' }).click();
    await pager.getByText('Page 2 of 8').waitFor();
    await list.searchField.fill('amber');
    await list.waitForCount('20 of 800 properties');
    assert.equal(await pager.count(), 0, 'a new search starts on the first page');
  },
);

browserTestPerCredential(
  '20,000 residents load with progress lines, and one of them can be found',
  { timeout },
  async ({ shell, world }) => {
    await shell.firstVisit(INES, account);
    const list = await openProperties(shell);
    await world.setDelay(250);
    await list.link(LARGE.name).click();
    await list.waitForProgress(/Loading residents… [\d,]+ of about 20,000/);
    assert.equal(await list.progress.count(), 1, 'only the latest progress line is shown');
    assert.equal(await list.progress.locator('..').getAttribute('role'), 'status');
    await world.setDelay(0);
    await list.waitForCount('20,000 residents', 120_000);
    await waitForProperty(shell, LARGE);
    assert.equal(await list.progress.count(), 0, 'no progress line remains');
    assert.equal(await list.size(), 100);
    assert.equal((await world.calls()).getCustomers, 40);
    const id = `${LARGE.id}07777`;
    await list.searchField.pressSequentially(id);
    await list.waitForCount('1 of 20,000 residents');
    assert.match(await list.rows.first().innerHTML(), new RegExp(`/residents/${id}"`));
    const name = await list.names.first().innerText();
    await list.rows.getByRole('link').click();
    await shell.waitForPage('resident');
    await shell.app.getByRole('heading', { level: 1, name, exact: true }).waitFor({ timeout: 60_000 });
    await shell.app.locator('.lease').first().waitFor();
    assert.match(await shell.app.locator('.lease').first().innerText(), /End/);
    assert.equal(await shell.frame().title(), `${name} · Latchkey`);
    assert.equal((await world.calls()).getCustomers, 40, 'no list is read twice');
  },
);

browserTestPerCredential(
  '20,000 residents can be downloaded and shown on one page, as they were searched',
  { timeout },
  async ({ shell, page }) => {
    await shell.firstVisit(INES, account);
    const list = await openProperty(shell, LARGE);
    await list.waitForCount('20,000 residents', 120_000);
    const downloadLines = async () => {
      const click = shell.app.getByRole('link', { name: 'Download as CSV' }).click();
      const [download] = await Promise.all([page.waitForEvent('download'), click]);
      assert.equal(download.suggestedFilename(), 'amber-arms-residents.csv');
      return (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
    };
    const all = await downloadLines();
    assert.equal(all.length, 20_001);
    assert.equal(all[0].replace('\uFEFF', ''), 'Unit,Building,Name,Email,Phone,Lease,ID');
    const showAll = shell.app.getByText('Show all on one page');
    assert.equal(await showAll.count(), 0, '20,000 residents are too many for one page');
    await list.searchField.fill(`${LARGE.id}0777`);
    await list.waitForCount('10 of 20,000 residents');
    assert.equal((await downloadLines()).length, 11, 'the file has only the matching residents');
    await list.searchField.fill('notice');
    await shell.app.getByText(/^1,\d+ of 20,000 residents$/).waitFor();
    await shell.app.getByRole('link', { name: 'Show all on one page' }).click();
    await shell.app.getByRole('navigation', { name: 'Pagination' }).waitFor({ state: 'detached' });
    await shell.app.getByText(/^1,\d+ of 20,000 residents$/).waitFor();
    assert.deepEqual([...new Set(await list.column('Lease'))], ['Notice'], 'so does the long page');
  },
);

browserTestPerCredential(
  'Back leads from a resident to the property and the list of properties, each at its scroll position',
  { timeout },
  async ({ credential, shell, page, world }) => {
    await shell.firstVisit(INES, account);
    const list = await openProperties(shell);
    await list.waitForCount('800 properties');
    await world.setResidents(INES, LARGE.id, 2_600);
    await world.setDelay(300);
    await scroll(shell, 640);
    await clickByScript(list.link(LARGE.name));
    await list.waitForProgress(/of about [\d,]+/);
    await waitForProperty(shell, LARGE);
    await list.waitForCount('2,600 residents');
    if (credential === 'bearer') {
      assert.equal(await shell.frame().evaluate(() => scrollY), 0, 'a new page starts at the top');
    }
    await world.setDelay(0);
    await scroll(shell, 480);
    await clickByScript(list.rows.getByRole('link').nth(15));
    await shell.waitForPage('resident');
    await shell.app.locator('.lease').first().waitFor();
    await goBack(page);
    await waitForProperty(shell, LARGE);
    await waitForScroll(shell, 480);
    await goBack(page);
    await shell.waitForPage('properties');
    await waitForScroll(shell, 640);
  },
);

browserTest(
  'by bearer: when the server stops while a list loads, the page says so and the previous page remains',
  { cookies: false, allowed: [/ERR_/], timeout },
  async ({ shell, world }) => {
    await shell.firstVisit(INES, account);
    const list = await openProperties(shell);
    await list.waitForCount('800 properties');
    await world.setDelay(250);
    await list.link(LARGE.name).click();
    await list.waitForProgress(/of about 20,000/);
    await world.killServer();
    await shell.app.getByText(/can’t reach Latchkey right now/).waitFor();
    assert.equal(await list.progress.count(), 0, 'no progress line remains');
    await list.waitForCount('800 properties');
    await world.setDelay(0);
    await world.startServer();
    await list.link(LARGE.name).click();
    await list.waitForCount('20,000 residents', 120_000);
  },
);

browserTest(
  'by cookie: a reload keeps the search words, the order and the page of a list',
  { timeout },
  async ({ shell }) => {
    await shell.firstVisit(INES, account);
    const list = await openProperties(shell);
    await list.searchField.fill('heron');
    await list.waitForCount('20 of 800 properties');
    assert.equal(await shell.reloadFrame(), 200);
    await list.waitForCount('20 of 800 properties');
    assert.equal(await list.searchField.inputValue(), 'heron');
    assert.equal(await shell.reloadFrame(), 200);
    await list.waitForCount('20 of 800 properties');
    await list.searchField.fill('');
    await list.waitForCount('800 properties');
    await list.header('City').click();
    await list.waitForSort('City', 'ascending');
    await shell.app.getByRole('link', { name: 'Next' }).click();
    await waitForPager(shell, 'Page 2 of 8');
    assert.equal(await shell.reloadFrame(), 200);
    await waitForPager(shell, 'Page 2 of 8');
    await list.waitForSort('City', 'ascending');
  },
);

browserTest(
  'a list below 5,000 rows fits on one page and prints without controls, with the header on each sheet',
  { timeout },
  async ({ shell, page, world }) => {
    await world.setResidents(INES, SMALL.id, 1_234);
    await shell.firstVisit(INES, account);
    const list = await openProperty(shell, SMALL);
    await list.waitForCount('1,234 residents');
    await shell.app.getByRole('link', { name: 'Show all on one page' }).click();
    await shell.app.getByRole('navigation', { name: 'Pagination' }).waitFor({ state: 'detached' });
    assert.equal(await list.size(), 1_234);
    await page.emulateMedia({ media: 'print' });
    const controls = shell.app.locator('button, input, select, nav a, .downloads a, .switch');
    for (const control of await controls.all()) {
      assert.equal(await control.isVisible(), false, await control.evaluate((element) => element.outerHTML));
    }
    assert(await shell.app.getByText('1,234 residents').isVisible());
    assert(await shell.app.getByRole('heading', { name: SMALL.name }).isVisible());
    const display = (part) =>
      list.table.locator(part).first().evaluate((element) => getComputedStyle(element).display);
    for (const width of [480, 720, 1000]) {
      await resizeFrame(shell, width, 800);
      const displays = [await display('thead'), await display('tbody tr')];
      assert.deepEqual(displays, ['table-header-group', 'table-row'], `on paper ${width} pixels wide`);
    }
  },
);

browserTest(
  'two companies in two tabs of one browser each show only their own list, whatever is typed',
  { timeout, statuses: [404] },
  async ({ shell, browser, world }) => {
    await world.addAccount(otherAccount);
    await shell.firstVisit(INES, account);
    const granite = await openProperties(shell);
    const second = new Shell(await browser.context.newPage(), world);
    await second.linkTo(TOM, otherAccount);
    const beech = await openProperties(second);
    for (const words of ['place', 'a', 'row', '']) {
      await Promise.all([granite.searchField.fill(words), beech.searchField.fill(words)]);
      await Promise.all([
        shell.app.getByText(/^(\d+ of )?800 properties$/).waitFor(),
        second.app.getByText('1 property', { exact: true }).waitFor(),
      ]);
      assert.deepEqual(await beech.names.allInnerTexts(), ['Rowan Place']);
      assert.equal(await granite.rows.filter({ hasText: 'Rowan Place' }).count(), 0);
    }
    // The path of one company’s property is not found in the other’s visit.
    await shell.dispatchClick('link', SMALL.name);
    const property = await waitForProperty(shell, SMALL);
    await property.count.waitFor();
    const [secondVisit] = (await second.address()).match(/^\/v\/[\w-]+/);
    assert.equal(await second.goTo((await shell.address()).replace(/^\/v\/[\w-]+/, secondVisit)), 404);
  },
);

browserTest(
  'the keyboard alone suffices from the tile to a resident and back to the properties',
  { timeout },
  async ({ shell, page, world }) => {
    await world.setResidents(INES, SMALL.id, 120);
    await shell.firstVisit(INES, account);
    /** Presses Tab until an element has the focus. Each element on the way must show that it has the focus. */
    const tabTo = async (name) => {
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press('Tab');
        const focused = await focusedElement(shell);
        assert(focused.hasFocusRing && focused.inView, `the focus is visible on ${JSON.stringify(focused)}`);
        if (focused.name === name) return;
      }
      assert.fail(`Tab does not reach ${name}`);
    };
    await shell.enter(INES);
    await page.locator('[data-tile=latchkey]').focus();
    await page.keyboard.press('Enter');
    await shell.waitForPage('home');
    await page.locator('iframe[name=app]').focus();
    await tabTo('Properties');
    await page.keyboard.press('Enter');
    await shell.waitForPage('properties');
    const list = new ListPage(shell);
    await list.waitForCount('800 properties');
    await tabTo('Find a property');
    await page.keyboard.type('aspen arms');
    await list.waitForCount('1 of 800 properties');
    await tabTo(SMALL.name);
    await page.keyboard.press('Enter');
    await waitForProperty(shell, SMALL);
    await list.waitForCount('120 residents');
    await tabTo('Find a resident');
    await page.keyboard.type('50000200050');
    await list.waitForCount('1 of 120 residents');
    await tabTo(await list.names.first().innerText());
    await page.keyboard.press('Enter');
    await shell.waitForPage('resident');
    await shell.app.locator('.lease').first().waitFor();
    await tabTo(SMALL.name);
    await page.keyboard.press('Enter');
    await waitForProperty(shell, SMALL);
    await list.waitForCount('120 residents');
    await tabTo('Properties');
    await page.keyboard.press('Enter');
    await shell.waitForPage('properties');
  },
);

browserTest(
  'without script, lists can be searched, sorted, paged through and downloaded, down to a resident',
  { javaScriptEnabled: false, timeout },
  async ({ shell, page, world }) => {
    await world.setResidents(INES, SMALL.id, 1_600);
    await shell.firstVisit(INES, account);
    const list = await openProperties(shell);
    await list.waitForCount('800 properties');
    await list.searchField.fill('lofts');
    await shell.button('Search').click();
    await list.waitForCount('40 of 800 properties');
    await list.header('ID').click();
    await list.waitForSort('ID', 'ascending');
    await list.waitForCount('40 of 800 properties');
    await list.searchField.fill('');
    await shell.button('Search').click();
    await list.waitForCount('800 properties');
    await list.waitForSort('ID', 'ascending');
    await shell.app.getByRole('link', { name: 'Next' }).click();
    await shell.app.getByText('Page 2 of 8').waitFor();
    await shell.clickLink('Previous');
    await shell.app.getByText('Page 1 of 8').waitFor();
    await world.setDelay(600);
    await list.link(SMALL.name).click();
    await list.waitForProgress(/of about [\d,]+/);
    await list.waitForCount('1,600 residents');
    assert.equal(await list.progress.count(), 0, 'no progress line remains');
    await world.setDelay(0);
    await list.searchField.fill('50000200777');
    await shell.button('Search').click();
    await list.waitForCount('1 of 1,600 residents');
    await list.rows.getByRole('link').click();
    await shell.waitForPage('resident');
    await shell.app.locator('.lease').first().waitFor();
    await shell.button('Refresh').click();
    await shell.app.locator('.lease').first().waitFor();
    await shell.app.getByRole('link', { name: SMALL.name }).click();
    const click = shell.app.getByRole('link', { name: 'Download as CSV' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), click]);
    assert.equal((await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n').length, 1_601);
  },
);
