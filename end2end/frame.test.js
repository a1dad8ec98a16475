// Manners in somebody else's page: the height when it is asked for, no focus taken, a tab of one's own without a value in a URL; and what is
// said where a frame can't work.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { DANA, TOM, account, other } from './lib/people.js';
import { story } from './lib/story.js';

story('the parent that asks is told the page’s height, and told again when it changes', {}, async ({ shell, page }) => {
  await shell.firstVisit(DANA, account);
  const heights = await page.evaluate(
    () =>
      new Promise((told) => {
        const heights = [];
        const frame = document.querySelector('iframe[name=app]');
        addEventListener('message', ({ data, source }) => {
          if (source !== frame.contentWindow || data?.latchkey !== 'height') return;
          heights.push(data.height);
          if (heights.length === 1) frame.style.width = '320px';
          else told(heights);
        });
        frame.contentWindow.postMessage({ latchkey: 'height' }, '*');
      }),
  );
  assert(heights[0] > 300 && heights[1] > 300 && heights[1] !== heights[0], `${heights}`);
});

story('the app takes no focus from the page around it', {}, async ({ shell, page }) => {
  await shell.firstVisit(DANA, account);
  await page.locator('[data-action=open-again]').focus();
  await page.keyboard.press('Enter');
  await shell.shows('home');
  await shell.islandTakesOver();
  assert.equal(await page.evaluate(() => document.activeElement.dataset.action), 'open-again');
});

story('a tab of its own is opened from the frame as often as one likes, without a value in its URL', {}, async ({ shell, page, world, browser }) => {
  await shell.firstVisit(DANA, account);
  for (let times = 0; times < 2; times++) {
    const [tab] = await Promise.all([page.waitForEvent('popup'), shell.button('Open in a new tab').click()]);
    await tab.locator('main[data-page=home]').waitFor();
    assert.match(tab.url(), new RegExp(`^${world.app}/v/[\\w-]+$`));
    assert.equal(await tab.evaluate(() => opener), null);
    assert.equal(await tab.locator('.own-tab').count(), 0, 'it is one already');
    await tab.reload();
    await tab.locator('main[data-page=home]').waitFor();
    await tab.getByRole('button', { name: 'Sign out' }).click();
    await tab.locator('main[data-page=login]').waitFor();
    await tab.close();
  }
  await shell.frame().evaluate(() => void setTimeout(() => location.reload()));
  await shell.shows('home');
  for (const request of browser.requests) assert.doesNotMatch(request.url(), /ticket/);
});

story('two companies in two tabs of one browser never mix, and each signs out alone', { statuses: [409] }, async ({ shell, browser, world }) => {
  await world.addAccount(other);
  await shell.firstVisit(DANA, account);
  const acme = await shell.address();
  const second = await browser.context.newPage();
  const beech = new shell.constructor(second, world);
  await beech.open(TOM);
  await beech.shows('login');
  await beech.signIn(other);
  await beech.shows('confirm');
  await beech.link();
  for (const [tab, who] of [[shell, account], [beech, other], [beech, other], [shell, account]]) {
    await tab.page.bringToFront();
    for (const to of ['Sessions', 'Home']) {
      await tab.press('link', to);
      await tab.shows(to.toLowerCase());
      assert.equal(await tab.app.locator('.who b').innerText(), who.name);
    }
  }
  await beech.press('button', 'Sign out');
  await beech.shows('login');
  assert.equal(await shell.go(acme), 200);
  assert.equal(await shell.app.locator('.who b').innerText(), account.name);
});

story('in a frame that is sandboxed without an origin the page says what to do, and asks for nothing again', { allowed: [/.*/] }, async ({ shell, world, page, browser }) => {
  await shell.firstVisit(DANA, account);
  const mark = browser.requests.length;
  const url = await world.launchUrl(DANA);
  await page.evaluate((src) => {
    const frame = Object.assign(document.createElement('iframe'), { name: 'boxed', src });
    frame.setAttribute('sandbox', 'allow-scripts allow-forms');
    document.body.append(frame);
  }, url);
  const boxed = page.frameLocator('iframe[name=boxed]');
  await boxed.locator('main[data-page=error][data-reason=sandboxed]').waitFor();
  assert.match(await boxed.locator('main').innerText(), /can’t work in this frame/);
  await page.waitForTimeout(1_000);
  const pages = browser.requests.slice(mark).filter((r) => r.url().startsWith(world.app) && r.resourceType() === 'document');
  assert.equal(pages.length, 1);
});

story('what was typed before the time ran out stands there again after the next launch', { statuses: [409] }, async ({ shell, world }) => {
  await shell.open(DANA);
  await shell.shows('login');
  await shell.unfold();
  await shell.app.getByLabel('Your name').fill(account.name);
  await shell.app.locator('#new-email').fill(account.email);
  await shell.app.locator('#new-password').fill(account.password);
  world.runOutHeldVisits();
  await shell.button('Create account').click();
  await shell.shows('error');
  assert.match(await shell.main('error').innerText(), new RegExp(`Acme[^]*${account.name}[^]*${account.email}`));
  await shell.page.locator('[data-action=open-again]').click();
  await shell.shows('login');
  await shell.frame().waitForFunction((name) => document.querySelector('#new-name').value === name, account.name);
  assert.equal(await shell.app.locator('#new-email').inputValue(), account.email);
  assert.equal(await shell.app.locator('#new-password').inputValue(), '', 'never a password');
});

for (const cookies of [true, false]) {
  const by = cookies ? 'cookie' : 'bearer';
  story(`a file is downloaded from the frame by ${by}`, { cookies }, async ({ shell, page }) => {
    await shell.firstVisit(DANA, account);
    const [download] = await Promise.all([page.waitForEvent('download'), shell.app.getByText('Download properties').click()]);
    assert.equal(download.suggestedFilename(), 'properties.csv');
    const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
    assert.equal(lines.length, 1 + DANA.properties);
    await shell.shows('home');
  });
}
