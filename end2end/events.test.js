// Entrata suspends the app for a company while somebody works there, and activates it again, with the shell's buttons.
import assert from 'node:assert/strict';
import { browserTestPerCredential } from './lib/browser-test.js';
import { DANA, account } from './lib/people.js';

browserTestPerCredential(
  'a suspension ends access at the next click and says so; after an activation the next launch works',
  { statuses: [403] },
  async ({ shell, page, world }) => {
    await shell.firstVisit(DANA, account);
    const sendEvent = async (type) => {
      await page.locator(`[data-events] [value=${type}]`).click();
      await page.locator('[data-events] output').filter({ hasText: '200' }).waitFor();
    };
    await shell.clickLink('Properties');
    await shell.waitForPage('properties');
    await sendEvent('SUSPENDED');
    // The event takes effect when its code has been exchanged, after the response to the event.
    for (let shown = 'properties'; shown !== 'error'; ) {
      await shell.clickLink('Properties').catch(() => {});
      shown = await shell.app.locator('main').getAttribute('data-page');
      assert(['properties', 'error'].includes(shown), `the frame shows ${shown}`);
    }
    await shell.app.getByText(/suspended/i).first().waitFor();
    assert.equal(await shell.app.locator('table.list').count(), 0, 'none of the company’s data is shown');
    await shell.open(DANA);
    await shell.waitForPage('error');
    await sendEvent('ACTIVATION');
    for (let shown = 'error'; shown !== 'home'; ) {
      await shell.open(DANA);
      await shell.app.locator('main[data-page=home], main[data-page=error]').waitFor();
      shown = await shell.app.locator('main').getAttribute('data-page');
    }
    await shell.clickLink('Properties');
    await shell.app.getByText('Oak Court').waitFor();
    const { requests } = await world.control('/requests');
    assert(requests.some(({ method }) => method === 'getAccessToken'));
  },
);
