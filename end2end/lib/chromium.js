// Launches Debian's Chromium with a temporary profile, whose preferences hold the cookie settings that a user would
// choose.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

// Playwright's own --disable-features list turns off storage partitioning, which released Chromium versions have on:
// without it, a frame whose cookies are blocked has no storage at all. The last list counts; this one replaces it.
const DISABLED_FEATURES = 'HttpsUpgrades,MediaRouter,OptimizationHints,PreconnectToSearch,NetworkTimeServiceQuerying';

export const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${DISABLED_FEATURES}`,
];

/** Returns the browser context and `close`, which also removes the profile. `cookies` is false, or a pair of origins:
 * no cookies of the first below the second. `options` go to Playwright. */
export async function launchChromium({ thirdPartyCookies = false, cookies = true, ...options }) {
  const folder = await mkdtemp(path.join(tmpdir(), 'latchkey-chromium-'));
  await mkdir(path.join(folder, 'Default'));
  const profile = {
    cookie_controls_mode: thirdPartyCookies ? 0 : 1,
    block_third_party_cookies: !thirdPartyCookies,
  };
  // Where Chromium keeps no cookies at all, it allows no other storage either.
  if (!cookies) profile.default_content_setting_values = { cookies: 2 };
  if (Array.isArray(cookies)) {
    profile.content_settings = { exceptions: { cookies: { [cookies.join()]: { setting: 2 } } } };
  }
  await writeFile(path.join(folder, 'Default/Preferences'), JSON.stringify({ profile }));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: '/usr/bin/chromium',
    args: ARGS,
    ...options,
  });
  const close = async () => {
    await context.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  return { context, close };
}
