// Searching a list of properties: the list follows what is typed, in place.
import assert from 'node:assert/strict';
import { browserTest, browserTestPerCredential } from './lib/browser-test.js';
import { openProperties } from './lib/list-page.js';
import { SMALL, delayResponses, goBack, openProperty, timeout, waitForProperty } from './lib/list-tests.js';
import { INES, account } from './lib/people.js';

browserTestPerCredential(
  'typing filters 800 properties: the count is announced, focus and caret remain, the address has the search words',
  { timeout },
  async ({ shell, page }) => {
    await shell.firstVisit(INES, account);
    const list = await openProperties(shell);
    await list.waitForCount('800 properties');
    assert.equal(await list.size(), 100);
    assert.equal(await list.count.getAttribute('role'), 'status');
    const announcements = await list.recordAnnouncements();
    const address = await shell.address();

    await list.searchField.click();
    await page.keyboard.type('HERON', { delay: 30 });
    await list.waitForCount('20 of 800 properties');
    assert.deepEqual(await list.caret(), { id: 'find', selectionStart: 5, selectionEnd: 5 });
    await page.keyboard.press('Home');
    await page.keyboard.type('lofts ', { delay: 30 });
    await list.waitForCount('1 of 800 properties');
    assert.deepEqual(await list.names.allInnerTexts(), ['Heron Lofts']);
    assert.deepEqual(await list.caret(), { id: 'find', selectionStart: 6, selectionEnd: 6 });
    assert.equal(await shell.address(), `${address}?q=lofts+HERON`);
    const words = await shell.frame().evaluate(() => (window.focusedField = document.activeElement).value);
    await page.keyboard.press('Enter');
    await page.keyboard.type('x');
    await list.waitForCount('No matching properties');
    const keepsFocus = await shell.frame().evaluate(() => document.activeElement === window.focusedField);
    assert(keepsFocus, 'Enter keeps the focus in the field');
    await page.keyboard.press('Backspace');
    await list.waitForCount('1 of 800 properties');
    assert.equal(await list.searchField.inputValue(), words);
    const announced = await announcements();
    assert.deepEqual([announced.at(0), announced.at(-1)], ['20 of 800 properties', '1 of 800 properties']);
    await list.searchField.fill('no such place');
    await list.waitForCount('No matching properties');
    assert.equal(await list.size(), 0);
    await list.searchField.fill('');
    await list.waitForCount('800 properties');
    assert.equal(await shell.address(), address);
  },
);

browserTestPerCredential(
  'Back from a property restores the search words and the filtered list',
  { timeout },
  async ({ shell, page }) => {
    await shell.firstVisit(INES, account);
    const list = await openProperty(shell, SMALL);
    await waitForProperty(shell, SMALL);
    await list.rows.first().waitFor();
    await goBack(page);
    await shell.waitForPage('properties');
    await list.waitForCount('1 of 800 properties');
    assert.equal(await list.searchField.inputValue(), SMALL.name);
    assert.deepEqual(await list.names.allInnerTexts(), [SMALL.name]);
  },
);

browserTestPerCredential(
  'only the response to the latest search words is shown',
  { timeout },
  async ({ shell, page }) => {
    await shell.firstVisit(INES, account);
    const list = await openProperties(shell);
    await list.waitForCount('800 properties');
    const announcements = await list.recordAnnouncements();
    const release = await delayResponses(page, /[?&]q=heron(&|$)/);
    const firstRequest = page.waitForRequest(/[?&]q=heron(&|$)/);
    await list.searchField.pressSequentially('heron');
    await firstRequest;
    const secondResponse = page.waitForResponse(/[?&]q=heron\+lofts(&|$)/);
    await list.searchField.pressSequentially(' lofts');
    // By bearer the second request waits for the first response, by cookie it does not. Either way, the first response
    // arrives when it is out of date.
    const wait = () => new Promise((resolve) => setTimeout(resolve, 400, true));
    await Promise.race([secondResponse, shell.frame().waitForFunction(wait)]);
    release();
    await list.waitForCount('1 of 800 properties');
    assert.deepEqual(await list.names.allInnerTexts(), ['Heron Lofts']);
    assert.equal((await announcements()).includes('20 of 800 properties'), false, 'the old response is not shown');
    assert.match(await shell.address(), /\?q=heron\+lofts$/);
  },
);

browserTestPerCredential(
  'no typed letter is lost while a list is read from a slow Entrata',
  { timeout },
  async ({ shell, page, world }) => {
    await shell.firstVisit(INES, account);
    const list = await openProperties(shell);
    await list.waitForCount('800 properties');
    // Empties the cache, so that the response to the first letters waits for Entrata.
    await world.restartServer();
    await world.setDelay(3_000);
    await list.searchField.click();
    const request = page.waitForRequest(/[?&]q=am/);
    await page.keyboard.type('am', { delay: 20 });
    await request;
    await page.keyboard.type('ber lofts', { delay: 150 });
    assert.equal(await list.searchField.inputValue(), 'amber lofts');
    await list.waitForCount('1 of 800 properties');
    assert.equal(await list.searchField.inputValue(), 'amber lofts');
    assert.deepEqual(await list.caret(), { id: 'find', selectionStart: 11, selectionEnd: 11 });
    assert.deepEqual(await list.names.allInnerTexts(), ['Amber Lofts']);
  },
);

browserTestPerCredential(
  'a search after the session ended shows the login or error page and no list',
  { statuses: [401, 403, 409], timeout },
  async ({ shell, world }) => {
    await shell.firstVisit(INES, account);
    const list = await openProperties(shell);
    await list.waitForCount('800 properties');
    await world.command(['account', 'disable', account.email]);
    await list.searchField.pressSequentially('heron');
    await list.table.waitFor({ state: 'detached' });
    assert.match(await shell.app.locator('main').getAttribute('data-page'), /^(login|error)$/);
  },
);

browserTestPerCredential(
  'a search while the server is down says so once, does not interrupt typing, and works when the server is back',
  { allowed: [/ERR_CONNECTION_REFUSED/], timeout },
  async ({ shell, page, world }) => {
    await shell.firstVisit(INES, account);
    const list = await openProperties(shell);
    await list.waitForCount('800 properties');
    await world.server.stop();
    await list.searchField.click();
    const message = shell.app.getByText(/can’t reach Latchkey right now/);
    for (const [letter, words] of [['h', 'h'], ['e', 'he'], ['r', 'her']]) {
      const failed = page.waitForEvent('requestfailed', (request) => request.url().endsWith(`q=${words}`));
      await page.keyboard.type(letter);
      await failed;
      await message.waitFor();
      const caret = { id: 'find', selectionStart: words.length, selectionEnd: words.length };
      assert.deepEqual(await list.caret(), caret);
    }
    assert.equal(await message.count(), 1, 'the message is shown once');
    await world.startServer();
    await page.keyboard.type('on');
    await list.waitForCount('20 of 800 properties');
    assert.equal(await message.count(), 0, 'the message is removed');
  },
);

browserTest(
  'by bearer: Back during a search leads to the previous page',
  { cookies: false, timeout },
  async ({ shell, page }) => {
    await shell.firstVisit(INES, account);
    const list = await openProperties(shell);
    await list.waitForCount('800 properties');
    const release = await delayResponses(page, /[?&]q=heron(&|$)/);
    const request = page.waitForRequest(/[?&]q=heron(&|$)/);
    await list.searchField.fill('heron');
    await request;
    await goBack(page);
    await shell.app.locator('main[aria-busy]').waitFor();
    release();
    await shell.waitForVisit('home');
  },
);
