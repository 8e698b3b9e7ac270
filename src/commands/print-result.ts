import { jsonLine } from '../output/json.ts';
import type { System } from '../system/system.ts';
import type { GlobalFlags } from './command.ts';

/** Prints the result of a command: a document with `--json`, nothing with `--quiet`, else the text. */
export function printResult(
  { json, quiet }: GlobalFlags,
  { stdout }: Pick<System, 'stdout'>,
  document: object,
  text: string,
): void {
  if (json === true) stdout.write(jsonLine({ schemaVersion: 1, ...document }));
  else if (quiet !== true) stdout.write(text);
}
