// Every page checked with axe-core in both color schemes, and a first visit with the keyboard alone.
import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { allPagesOptions, visitAllPages } from './lib/all-pages.js';
import { browserTest } from './lib/browser-test.js';
import { focusedElement } from './lib/focus.js';
import { DANA, account } from './lib/people.js';

const describe = ({ id, impact, nodes }) =>
  `${impact}: ${id} at ${nodes.map((node) => node.target.flat().join(' ')).join(', ')}`;

browserTest(
  'no page has serious or critical axe-core violations or ambiguous landmarks, in light or dark',
  allPagesOptions,
  async ({ shell, world, page, t }) => {
    const minor = [];
    const serious = [];
    await visitAllPages({ shell, world }, account, async (name) => {
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        const axe = new AxeBuilder({ page }).include('iframe[name=app]');
        // The dark scheme differs in its colors only.
        if (colorScheme === 'dark') axe.withRules(['color-contrast']);
        const { violations } = await axe.analyze();
        for (const violation of violations) {
          const isSerious = ['serious', 'critical'].includes(violation.impact) || violation.id.startsWith('landmark');
          (isSerious ? serious : minor).push(`${name}, ${colorScheme}: ${describe(violation)}`);
        }
      }
    });
    for (const violation of minor) t.diagnostic(violation);
    assert.deepEqual(serious, []);
  },
);

browserTest('sessions in browsers of the same name are distinct regions', {}, async ({ shell, page, openBrowser }) => {
  await shell.firstVisit(DANA, account);
  for (let others = 0; others < 2; others++) {
    const other = (await openBrowser()).shell;
    await other.open(DANA);
    await other.waitForPage('home');
  }
  await shell.clickLink('Sessions');
  await shell.waitForPage('sessions');
  assert.equal(await shell.app.getByRole('region').count(), 3);
  const { violations } = await new AxeBuilder({ page }).include('iframe[name=app]').analyze();
  assert.deepEqual(violations.map(describe), []);
});

browserTest(
  'the keyboard alone suffices from the first Tab in the frame through sign-in and confirmation to home',
  {},
  async ({ shell, page, world }) => {
    await world.addAccount(account);
    const expectTabStops = async (...names) => {
      for (const name of names) {
        await page.keyboard.press('Tab');
        const focused = await focusedElement(shell);
        assert.deepEqual([focused.name, focused.hasFocusRing], [name, true]);
      }
    };

    await shell.enter(DANA);
    await page.locator('[data-tile=latchkey]').focus();
    await page.keyboard.press('Enter');
    await shell.waitForPage('login');
    await page.locator('iframe[name=app]').focus();
    await expectTabStops('Email', 'Password', 'Sign in', 'Create an account');
    for (let back = 0; back < 3; back++) await page.keyboard.press('Shift+Tab');
    await page.keyboard.type(account.email);
    await expectTabStops('Password');
    await page.keyboard.type(account.password);
    await page.keyboard.press('Enter');

    await shell.waitForPage('confirm');
    await expectTabStops('Link and continue', 'Don’t link');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Space');

    await shell.waitForPage('home');
    await shell.waitForIsland();
    await expectTabStops('Home', 'Properties', 'Account', 'History', 'Sessions', 'Open in a new tab', 'Sign out');
    await expectTabStops('Download properties as CSV', 'Find a property');
    await page.keyboard.type('granary');
    await shell.app.getByText('1 of 12 properties').waitFor();
  },
);
