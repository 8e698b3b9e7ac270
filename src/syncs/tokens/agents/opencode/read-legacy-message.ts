import { basename, dirname, join } from 'node:path';
import type { DocumentFormat } from '../../usage-log/agent.ts';
import { parseJsonText, toFields, type Fields } from '../../usage-log/fields.ts';
import { readSideDir, readSideJson } from '../../usage-log/reading/side-file.ts';
import { messageEntries } from './message-usage.ts';

/**
 * Creates a parser of `storage/message/<session>/<message>.json`, whose parts are in `storage/part/<message>/`
 * (anomalyco/opencode before its database, packages/opencode/src/storage/storage.ts).
 */
export const createDocumentParser: DocumentFormat['createParser'] = () =>
  function* ({ path }, bytes) {
    const message = toFields(parseJsonText(bytes.toString()));
    if (message === null) yield 'json';
    else if (message['role'] === 'assistant') yield* messageEntries(message, readSteps(path), null);
  };

function readSteps(path: string): readonly Fields[] {
  const dir = join(dirname(path), '..', '..', 'part', basename(path, '.json'));
  return readSideDir(dir)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => readSideJson(join(dir, name)))
    .filter((part) => part !== null)
    .filter((part) => part['type'] === 'step-finish');
}
