// Entrata takes the app away from a company while somebody works there, and gives it back: by its shell's buttons, as the app hears of it.
import assert from 'node:assert/strict';
import { DANA, account } from './lib/people.js';
import { story } from './lib/story.js';

for (const [carrier, options] of Object.entries({ cookie: {}, bearer: { cookies: false } })) {
  story(
    `by ${carrier}: a company that is suspended while somebody works is out at the next click, and is told so; activated again, the next launch is in`,
    { ...options, statuses: [403] },
    async ({ shell, page, world }) => {
      await shell.firstVisit(DANA, account);
      const tell = async (type) => {
        await page.locator(`[data-events] [value=${type}]`).click();
        await page.locator('[data-events] output').filter({ hasText: '200' }).waitFor();
      };
      const click = (name) => shell.app.getByRole('link', { name, exact: true }).click();
      await click('Properties');
      await shell.shows('properties');
      await tell('SUSPENDED');
      // Believed once its code is exchanged, which the answer to the event does not wait for.
      for (let shown = 'properties'; shown !== 'error'; ) {
        await click('Properties').catch(() => {});
        shown = await shell.app.locator('main').getAttribute('data-page');
        assert(['properties', 'error'].includes(shown), `the frame shows ${shown}`);
      }
      await shell.app.getByText(/suspended/i).first().waitFor();
      assert.equal(await shell.app.locator('table.list').count(), 0, 'nothing of the company is left to be seen');
      await shell.open(DANA);
      await shell.shows('error');
      await tell('ACTIVATION');
      for (let shown = 'error'; shown !== 'home'; ) {
        await shell.open(DANA);
        await shell.app.locator('main[data-page=home], main[data-page=error]').waitFor();
        shown = await shell.app.locator('main').getAttribute('data-page');
      }
      await click('Properties');
      await shell.app.getByText('Oak Court').waitFor();
      const { requests } = await world.control('/requests');
      assert(requests.some(({ method }) => method === 'getAccessToken'));
    },
  );
}
