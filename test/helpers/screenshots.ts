import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Page } from 'playwright-core';
import { evaluate } from './browser.ts';

/** Cells of this many pixels are compared, so that the shapes of letters do not count. */
const cellSize = 8;
/** The difference of a colour channel, from 0 to 255, from which a cell differs. */
const tolerance = 40;

/**
 * Returns the share of an image, from 0 to 1, that differs from a fixture, computed in any page. Images of different
 * sizes differ completely.
 * Writes the fixture if it does not exist, except in continuous integration: to renew it, delete it.
 */
export async function compareScreenshot(
  page: Page,
  image: Buffer,
  fixture: string,
): Promise<number> {
  if (!existsSync(fixture)) {
    if (process.env['CI']) throw new Error(`no fixture ${fixture}`);
    mkdirSync(dirname(fixture), { recursive: true });
    writeFileSync(fixture, image);
    return 0;
  }
  const [one = '', other = ''] = [image, readFileSync(fixture)].map(
    (bytes) => `data:image/png;base64,${bytes.toString('base64')}`,
  );
  return evaluate(page, `(${compareInPage})('${one}', '${other}')`);
}

/** Text because tests are compiled without DOM types. */
const compareInPage = `async (one, other) => {
  const load = async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const width = Math.ceil(image.width / ${String(cellSize)});
    const height = Math.ceil(image.height / ${String(cellSize)});
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, 0, 0, width, height);
    return { size: image.width + 'x' + image.height, pixels: context.getImageData(0, 0, width, height).data };
  };
  const [a, b] = [await load(one), await load(other)];
  if (a.size !== b.size) return 1;
  let different = 0;
  for (let at = 0; at < a.pixels.length; at += 4) {
    const channels = [0, 1, 2].map((channel) => Math.abs(a.pixels[at + channel] - b.pixels[at + channel]));
    if (Math.max(...channels) > ${String(tolerance)}) different += 1;
  }
  return different / (a.pixels.length / 4);
}`;
