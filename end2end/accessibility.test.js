// Every page, judged by axe-core in both colour schemes; and a whole first visit by keyboard alone.
import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { DANA, account } from './lib/people.js';
import { story } from './lib/story.js';
import { tour, tourOptions } from './lib/tour.js';

const found = ({ id, impact, nodes }) => `${impact}: ${id} at ${nodes.map((node) => node.target.flat().join(' ')).join(', ')}`;

story('no page has a serious or critical finding of axe-core, nor landmarks that can’t be told apart, in light or dark', tourOptions, async ({ shell, world, page, t }) => {
  const findings = [];
  const serious = [];
  await tour({ shell, world }, account, async (name) => {
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      const axe = new AxeBuilder({ page }).include('iframe[name=app]');
      // The other scheme has other colours, and nothing else.
      if (colorScheme === 'dark') axe.withRules(['color-contrast']);
      const { violations } = await axe.analyze();
      for (const violation of violations) {
        const grave = ['serious', 'critical'].includes(violation.impact) || violation.id.startsWith('landmark');
        (grave ? serious : findings).push(`${name}, ${colorScheme}: ${found(violation)}`);
      }
    }
  });
  for (const finding of findings) t.diagnostic(finding);
  assert.deepEqual(serious, []);
});

story('browsers of the same name are told apart on Sessions', {}, async ({ shell, page, another }) => {
  await shell.firstVisit(DANA, account);
  for (let others = 0; others < 2; others++) {
    const elsewhere = (await another()).shell;
    await elsewhere.open(DANA);
    await elsewhere.shows('home');
  }
  await shell.app.getByRole('link', { name: 'Sessions' }).click();
  await shell.shows('sessions');
  assert.equal(await shell.app.getByRole('region').count(), 3);
  const { violations } = await new AxeBuilder({ page }).include('iframe[name=app]').analyze();
  assert.deepEqual(violations.map(found), []);
});

story('by keyboard alone: from the frame’s first Tab through sign-in and confirmation to home', {}, async ({ shell, page, world }) => {
  await world.addAccount(account);
  /** What has the focus in the frame, by the name that is read out; it has to be seen, too. */
  const focused = () =>
    shell.frame().evaluate(() => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const seen = element.matches(':focus-visible') && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
      return `${element.ariaLabel ?? element.labels?.[0]?.innerText ?? element.innerText}${seen ? '' : ' (focus is not seen)'}`;
    });
  const tabs = async (...names) => {
    for (const name of names) {
      await page.keyboard.press('Tab');
      assert.equal(await focused(), name);
    }
  };

  await shell.enter(DANA);
  await page.locator('[data-tile=latchkey]').focus();
  await page.keyboard.press('Enter');
  await shell.shows('login');
  await page.locator('iframe[name=app]').focus();
  await tabs('Email', 'Password', 'Sign in', 'Create an account');
  for (let back = 0; back < 3; back++) await page.keyboard.press('Shift+Tab');
  await page.keyboard.type(account.email);
  await tabs('Password');
  await page.keyboard.type(account.password);
  await page.keyboard.press('Enter');

  await shell.shows('confirm');
  await tabs('Link and continue', 'Don’t link');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Space');

  await shell.shows('home');
  await shell.islandTakesOver();
  await tabs('Home', 'Properties', 'Account', 'History', 'Sessions', 'Open in a new tab', 'Sign out', 'Download properties as CSV', 'Find a property');
  await page.keyboard.type('granary');
  await shell.app.getByText('1 of 12 properties').waitFor();
});
