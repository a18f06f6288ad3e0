// Takes the pictures of the page that the documentation shows: screenshots.mjs [FOLDER [NAME...]], as JPEG in
// docs/images, or as PNG in FOLDER to be looked at, then of more states, or of those that are named.

import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../../test/support/chromium.mjs';
import { servePlayground } from './server.mjs';

const [given, ...names] = process.argv.slice(2);
const folder = given ?? fileURLToPath(new URL('../../../docs/images', import.meta.url));
const file = given ? { extension: 'png', type: 'png' } : { extension: 'jpg', type: 'jpeg', quality: 80 };

const rendered = (page) => page.waitForSelector('.stage[data-render-ms]');
const thumbnails = (page) => page.waitForFunction(() => document.querySelectorAll('.tile img').length >= 4);
const scrollTo = (selector) => (page) => page.locator(selector).evaluate((element) => element.scrollIntoView());

/** What the documentation shows. */
const SHOTS = [
  { name: 'playground-1280', width: 1280, height: 800 },
  { name: 'playground-1920', width: 1920, height: 1080, photo: 'oakland-zoo-otters.jpg' },
  { name: 'playground-360', width: 360, height: 740 },
];

/** What its maker looks at. */
const MORE = [
  { name: 'light-1280', width: 1280, height: 800, colorScheme: 'light' },
  { name: 'adjustments', width: 1280, height: 800, steps: [scrollTo('#adjustments')] },
  { name: 'adjustments-360', width: 360, height: 740, steps: [scrollTo('.panel')] },
  { name: 'adjustments-360-further', width: 360, height: 740, steps: [scrollTo('#adjustments')] },
  {
    name: 'saved',
    width: 1280,
    height: 900,
    steps: [(page) => page.click('.save-bar .primary'), (page) => page.waitForSelector('.digest'), scrollTo('#recipe')],
  },
  { name: 'twice', width: 640, height: 400 },
  { name: 'tablet', width: 820, height: 1100 },
  { name: 'empty', width: 1280, height: 800, steps: [(page) => page.click('text=Remove all')] },
  { name: 'empty-360', width: 360, height: 740, steps: [(page) => page.click('text=Remove all')] },
  {
    name: 'refused',
    width: 1280,
    height: 800,
    steps: [
      (page) =>
        page.setInputFiles('.header input[type=file]', {
          name: 'note.jpg',
          mimeType: 'image/jpeg',
          buffer: Buffer.from('not a photo'),
        }),
      (page) => page.waitForSelector('.refusal .problem'),
    ],
  },
  {
    name: 'recipe-refused',
    width: 1280,
    height: 900,
    steps: [
      (page) => page.click('.disclosure summary'),
      (page) => page.fill('.load-form textarea', '{"payload":{"version":1},"signature":{}}'),
      (page) => page.click('text=Load the recipe'),
      (page) => page.waitForSelector('.panel .problem'),
      scrollTo('#recipe'),
    ],
  },
  {
    name: 'zoomed',
    width: 1280,
    height: 800,
    steps: [(page) => page.focus('.stage'), ...Array(4).fill((page) => page.keyboard.press('+'))],
  },
];

async function shoot(browser, origin, { name, width, height, photo, colorScheme = 'dark', steps = [] }) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(origin);
  await rendered(page);
  await thumbnails(page);
  await page.waitForSelector('.promise[data-offline=ready]');
  if (photo) {
    await page.click(`.tile[data-name="${photo}"] .pick`);
    await page.waitForSelector(`.facts h2:text("${photo}")`);
    await rendered(page);
  }
  for (const step of steps) await step(page);
  const { extension, ...options } = file;
  await page.screenshot({ path: `${folder}/${name}.${extension}`, ...options });
  await context.close();
}

await mkdir(folder, { recursive: true });
const server = await servePlayground();
const browser = await launchChromium();
try {
  const shots = (given ? [...SHOTS, ...MORE] : SHOTS).filter(({ name }) => names.length === 0 || names.includes(name));
  for (const shot of shots) await shoot(browser, server.origin, shot);
} finally {
  await browser.close();
  await server.close();
}
