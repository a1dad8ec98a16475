// Latchkey inside a frame of Entrata's page: its height, its focus, its tabs, its drafts, and its downloads.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { browserTest, browserTestPerCredential } from './lib/browser-test.js';
import { DANA, TOM, account, otherAccount } from './lib/people.js';
import { Shell } from './lib/shell.js';

browserTest('the parent page can request the page height and receives each change', {}, async ({ shell, page }) => {
  await shell.firstVisit(DANA, account);
  const heights = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const heights = [];
        const frame = document.querySelector('iframe[name=app]');
        addEventListener('message', ({ data, source }) => {
          if (source !== frame.contentWindow || data?.latchkey !== 'height') return;
          heights.push(data.height);
          if (heights.length === 1) frame.style.width = '320px';
          else resolve(heights);
        });
        frame.contentWindow.postMessage({ latchkey: 'height' }, '*');
      }),
  );
  assert(heights[0] > 300 && heights[1] > 300 && heights[1] !== heights[0], `${heights}`);
});

browserTest('the app does not steal focus from the parent page', {}, async ({ shell, page }) => {
  await shell.firstVisit(DANA, account);
  await page.locator('[data-action=open-again]').focus();
  await page.keyboard.press('Enter');
  await shell.waitForPage('home');
  await shell.waitForIsland();
  assert.equal(await page.evaluate(() => document.activeElement.dataset.action), 'open-again');
});

browserTest(
  'a new tab can be opened from the frame repeatedly, and no ticket appears in a URL',
  {},
  async ({ shell, page, world, browser }) => {
    await shell.firstVisit(DANA, account);
    for (let times = 0; times < 2; times++) {
      const openTab = shell.button('Open in a new tab').click();
      const [tab] = await Promise.all([page.waitForEvent('popup'), openTab]);
      await tab.locator('main[data-page=home]').waitFor();
      assert.match(tab.url(), new RegExp(`^${world.app}/v/[\\w-]+$`));
      assert.equal(await tab.evaluate(() => opener), null);
      assert.equal(await tab.getByLabel('Open in a new tab').count(), 0, 'the tab does not offer another tab');
      await tab.reload();
      await tab.locator('main[data-page=home]').waitFor();
      await tab.getByRole('button', { name: 'Sign out' }).click();
      await tab.locator('main[data-page=login]').waitFor();
      await tab.close();
    }
    await shell.reloadFrame();
    await shell.waitForPage('home');
    for (const request of browser.requests) assert.doesNotMatch(request.url(), /ticket/);
  },
);

browserTest(
  'two companies in two tabs of one browser never mix, and each tab signs out on its own',
  { statuses: [409] },
  async ({ shell, browser, world }) => {
    await world.addAccount(otherAccount);
    await shell.firstVisit(DANA, account);
    const acme = await shell.address();
    const beech = new Shell(await browser.context.newPage(), world);
    await beech.linkTo(TOM, otherAccount);
    const steps = [[shell, account], [beech, otherAccount], [beech, otherAccount], [shell, account]];
    for (const [tab, { name }] of steps) {
      await tab.page.bringToFront();
      for (const link of ['Sessions', 'Home']) {
        await tab.dispatchClick('link', link);
        await tab.waitForPage(link.toLowerCase());
        assert.equal(await tab.app.locator('.who b').innerText(), name);
      }
    }
    await beech.dispatchClick('button', 'Sign out');
    await beech.waitForPage('login');
    assert.equal(await shell.goTo(acme), 200);
    assert.equal(await shell.app.locator('.who b').innerText(), account.name);
  },
);

browserTest(
  'in a sandboxed frame without an origin the page says what to do and sends no more requests',
  { allowed: [/.*/] },
  async ({ shell, world, page, browser }) => {
    await shell.firstVisit(DANA, account);
    const start = browser.requests.length;
    const url = await world.launchUrl(DANA);
    await page.evaluate((src) => {
      const frame = Object.assign(document.createElement('iframe'), { name: 'sandboxed', src });
      frame.setAttribute('sandbox', 'allow-scripts allow-forms');
      document.body.append(frame);
    }, url);
    const frame = page.frameLocator('iframe[name=sandboxed]');
    await frame.locator('main[data-page=error][data-reason=sandboxed]').waitFor();
    assert.match(await frame.locator('main').innerText(), /can’t work in this frame/);
    await page.waitForTimeout(1_000);
    const documents = browser.requests
      .slice(start)
      .filter((request) => request.url().startsWith(world.app) && request.resourceType() === 'document');
    assert.equal(documents.length, 1);
  },
);

browserTest(
  'form input is restored after the visit expires, at the next launch',
  { statuses: [409] },
  async ({ shell, world }) => {
    await shell.open(DANA);
    await shell.waitForPage('login');
    await shell.openRegistration();
    await shell.app.getByLabel('Your name').fill(account.name);
    await shell.app.locator('#new-email').fill(account.email);
    await shell.app.locator('#new-password').fill(account.password);
    world.expirePendingVisits();
    await shell.button('Create account').click();
    const error = await shell.waitForPage('error');
    assert.match(await error.innerText(), new RegExp(`Acme[^]*${account.name}[^]*${account.email}`));
    await shell.openAgain();
    await shell.waitForPage('login');
    const hasName = (name) => document.querySelector('#new-name').value === name;
    await shell.frame().waitForFunction(hasName, account.name);
    assert.equal(await shell.app.locator('#new-email').inputValue(), account.email);
    assert.equal(await shell.app.locator('#new-password').inputValue(), '', 'passwords are never kept');
  },
);

browserTestPerCredential('a file can be downloaded from the frame', {}, async ({ shell, page }) => {
  await shell.firstVisit(DANA, account);
  const click = shell.app.getByText('Download properties').click();
  const [download] = await Promise.all([page.waitForEvent('download'), click]);
  assert.equal(download.suggestedFilename(), 'properties.csv');
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n');
  assert.equal(lines.length, 1 + DANA.properties);
  await shell.waitForPage('home');
});
