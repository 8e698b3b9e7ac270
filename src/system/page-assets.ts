import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Returns the script and the style sheet of the page, which the build bundles into files beside the program. */
export async function readPageAssets(): Promise<{
  readonly script: string;
  readonly style: string;
}> {
  const read = (name: string): Promise<string> => readFile(join(__dirname, name), 'utf8');
  const [script, style] = await Promise.all([read('page.js'), read('page.css')]);
  // Without the line break at the end, which is not part of the hash in every browser.
  return { script: script.trim(), style: style.trim() };
}
