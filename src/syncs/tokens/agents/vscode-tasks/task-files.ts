import { basename, dirname, join } from 'node:path';
import { sanitizePath } from '../../../../util/text.ts';
import {
  parseJsonText,
  toEpochMs,
  toFields,
  toSanitizedText,
  toText,
} from '../../usage-log/fields.ts';
import { readSideJson, readSideText } from '../../usage-log/reading/side-file.ts';

/** A model that a task used from a time on. */
export interface ModelUse {
  readonly sinceMs: number;
  readonly vendor: string;
  readonly model: string;
}

/**
 * Returns the models in `task_metadata.json` of a task, in the order of their times. Cline records a model before its
 * first request (src/core/context/context-tracking/ModelContextTracker.ts).
 */
export function readModelUsage(taskDir: string): readonly ModelUse[] {
  const uses = readSideJson(join(taskDir, 'task_metadata.json'))?.['model_usage'];
  if (!Array.isArray(uses)) return [];
  return (uses as readonly unknown[])
    .flatMap((value) => {
      const use = toFields(value);
      const sinceMs = toEpochMs(use?.['ts']);
      const model = toText(use?.['model_id']);
      if (sinceMs === null || model === null) return [];
      const vendor = sanitizePath(toText(use?.['model_provider_id']) ?? '').toLowerCase();
      return [{ sinceMs, vendor, model: sanitizePath(model) }];
    })
    .sort((a, b) => a.sinceMs - b.sinceMs);
}

/**
 * Returns the directory of a task: `workspace` in its `history_item.json` (Roo Code, Kilo Code), else in the task history
 * of Cline, `state/taskHistory.json` beside `tasks/`: `cwdOnTaskInitialization`, in older versions
 * `shadowGitConfigWorkTree` (cline/cline, src/core/controller/task/getTaskHistory.ts).
 */
export function readProject(taskDir: string): string | null {
  const workspace = toText(readSideJson(join(taskDir, 'history_item.json'))?.['workspace']);
  return toSanitizedText(workspace ?? readFromHistory(taskDir));
}

function readFromHistory(taskDir: string): string | null {
  const path = join(dirname(dirname(taskDir)), 'state', 'taskHistory.json');
  const items = parseJsonText(readSideText(path) ?? '');
  if (!Array.isArray(items)) return null;
  const item = (items as readonly unknown[])
    .map(toFields)
    .find((fields) => fields?.['id'] === basename(taskDir));
  return toText(item?.['cwdOnTaskInitialization']) ?? toText(item?.['shadowGitConfigWorkTree']);
}
