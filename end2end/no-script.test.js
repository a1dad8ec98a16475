// Everything once more in a browser that runs no script, so through the platform's own address instead of the shell's script.
import assert from 'node:assert/strict';
import { DANA, TOM, account } from './lib/people.js';
import { story } from './lib/story.js';

const noScript = { javaScriptEnabled: false };

story('without script, a first visit and a later one work from tile to home', noScript, async ({ shell, page, world }) => {
  await shell.open(DANA);
  await shell.shows('login');
  await shell.register(account);
  await shell.shows('confirm');
  await shell.link();
  await page.reload();
  await shell.shows('home');
  await shell.openPage(DANA);
  await shell.shows('home');
  assert.equal(await world.exchanges(), 3);
});

story('without script, the properties are narrowed by the form', noScript, async ({ shell }) => {
  await shell.firstVisit(DANA, account);
  const rows = shell.app.locator('.properties li:visible');
  await rows.nth(DANA.properties - 1).waitFor();
  assert.equal(await rows.count(), DANA.properties);
  const find = async (text) => {
    await shell.app.getByRole('searchbox').fill(text);
    assert.equal(await shell.status(() => shell.button('Search').click()), 200);
    await shell.shows('home');
  };
  await find('boise willow');
  assert.deepEqual(await rows.locator('.name').allInnerTexts(), ['Willow Bend']);
  assert.equal(await shell.app.getByRole('status').innerText(), '1 of 12 properties');
  await find('no such place');
  assert.equal(await rows.count(), 0);
  assert.equal(await shell.app.getByRole('status').innerText(), 'No matching properties');
  assert.equal(await shell.app.getByRole('searchbox').inputValue(), 'no such place');
});

story(
  'without script the address keeps its spent code: reload and Back resume, signing out ends that too',
  { ...noScript, statuses: [410] },
  async ({ shell, page, world }) => {
    await shell.firstVisit(DANA, account);
    await shell.openPage(DANA);
    await shell.shows('home');
    const exchanges = await world.exchanges();
    const launch = shell.frame().url();
    assert.match(launch, /auth_code=/);
    assert.equal(await shell.status(() => shell.frame().goto(launch)), 200);
    await shell.shows('home');
    assert.equal(await world.exchanges(), exchanges, 'the spent code is not sent again');

    await shell.button('Sign out').click();
    await shell.shows('login');
    assert.equal(await shell.status(() => page.evaluate(() => history.back())), 410);
    await shell.shows('relaunch');
  },
);

/** How much two colors differ, by WCAG's formula; from 1 to 21. */
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

story('without script, the sandbox’s button that switches seats can be read and works', noScript, async ({ page, world }) => {
  await page.goto(world.sandbox);
  const button = page.getByRole('button', { name: 'Switch' });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    const colors = await button.evaluate((button) => {
      let ground = button;
      while (getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)') ground = ground.parentElement;
      return [getComputedStyle(button).color, getComputedStyle(ground).backgroundColor];
    });
    assert(contrast(...colors) >= 4.5, `${colorScheme}: ${colors.join(' on ')}`);
  }
  await page.locator('select[name=company]').selectOption(TOM.company);
  await button.click();
  await page.locator('[data-facts]').getByText(TOM.companyName).waitFor();
});
