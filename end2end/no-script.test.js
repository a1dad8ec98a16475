// The main flows in a browser without script, which opens the app by a link instead of the shell's script.
import assert from 'node:assert/strict';
import { browserTest } from './lib/browser-test.js';
import { DANA, TOM, account } from './lib/people.js';

const noScript = { javaScriptEnabled: false };

browserTest('without script, a first visit and later visits work', noScript, async ({ shell, page, world }) => {
  await shell.open(DANA);
  await shell.waitForPage('login');
  await shell.register(account);
  await shell.waitForPage('confirm');
  await shell.confirmLink();
  await page.reload();
  await shell.waitForPage('home');
  await shell.openPage(DANA);
  await shell.waitForPage('home');
  assert.equal(await world.exchanges(), 3);
});

browserTest('without script, the form filters the properties', noScript, async ({ shell }) => {
  await shell.firstVisit(DANA, account);
  const rows = shell.app.locator('.properties li:visible');
  await rows.nth(DANA.properties - 1).waitFor();
  assert.equal(await rows.count(), DANA.properties);
  const search = async (text) => {
    await shell.app.getByRole('searchbox').fill(text);
    assert.equal(await shell.status(() => shell.button('Search').click()), 200);
    await shell.waitForPage('home');
  };
  await search('boise willow');
  assert.deepEqual(await rows.locator('.name').allInnerTexts(), ['Willow Bend']);
  assert.equal(await shell.app.getByRole('status').innerText(), '1 of 12 properties');
  await search('no such place');
  assert.equal(await rows.count(), 0);
  assert.equal(await shell.app.getByRole('status').innerText(), 'No matching properties');
  assert.equal(await shell.app.getByRole('searchbox').inputValue(), 'no such place');
});

browserTest(
  'without script, the address keeps its spent code: reload and Back resume the visit until sign-out',
  { ...noScript, statuses: [410] },
  async ({ shell, page, world }) => {
    await shell.firstVisit(DANA, account);
    await shell.openPage(DANA);
    await shell.waitForPage('home');
    const exchanges = await world.exchanges();
    const launch = shell.frame().url();
    assert.match(launch, /auth_code=/);
    assert.equal(await shell.status(() => shell.frame().goto(launch)), 200);
    await shell.waitForPage('home');
    assert.equal(await world.exchanges(), exchanges, 'the spent code is not sent again');

    await shell.button('Sign out').click();
    await shell.waitForPage('login');
    assert.equal(await shell.status(() => page.evaluate(() => history.back())), 410);
    await shell.waitForPage('relaunch');
  },
);

/** Returns the contrast ratio of two colors, from 1 to 21 (WCAG 2). */
function contrast(one, other) {
  const [darker, lighter] = [one, other]
    .map((color) => {
      const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
      const [red, green, blue] = color.match(/\d+/g).slice(0, 3).map((value) => linear(value / 255));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    })
    .sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

browserTest(
  'without script, the sandbox’s button that switches staff members is legible and works',
  noScript,
  async ({ page, world }) => {
    await page.goto(world.sandbox);
    const button = page.getByRole('button', { name: 'Switch' });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      const colors = await button.evaluate((button) => {
        let background = button;
        while (getComputedStyle(background).backgroundColor === 'rgba(0, 0, 0, 0)') {
          background = background.parentElement;
        }
        return [getComputedStyle(button).color, getComputedStyle(background).backgroundColor];
      });
      assert(contrast(...colors) >= 4.5, `${colorScheme}: ${colors.join(' on ')}`);
    }
    await page.locator('select[name=company]').selectOption(TOM.company);
    await button.click();
    await page.locator('[data-facts]').getByText(TOM.companyName).waitFor();
  },
);
