import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

/** Returns the script and the style sheet of the page, which the build bundles into files beside the program. */
export async function readPageAssets(): Promise<{
  readonly script: string;
  readonly style: string;
}> {
  const read = async (name: string): Promise<string> =>
    brotliDecompressSync(await readFile(join(__dirname, `${name}.br`))).toString();
  const [script, style] = await Promise.all([read('page.js'), read('page.css')]);
  // Without the line break at the end, which is not part of the hash in every browser.
  return { script: script.trim(), style: style.trim() };
}
