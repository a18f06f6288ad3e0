import { chromium } from 'playwright-core';

/** Debian's Chromium, without the network it would use by itself. */
/** @param flags  further ones of Chromium */
export function launchChromium(flags = []) {
  return chromium.launch({
    executablePath: process.env.LIMPID_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      ...flags,
    ],
  });
}
