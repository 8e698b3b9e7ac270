import type { Workspace } from '../config/workspace.ts';
import { syncSchemas, type SyncName } from '../schema/syncs.ts';
import { equalJson } from '../util/json.ts';
import { commit } from './commit.ts';
import { readJsonFile } from './json-file.ts';
import { stageDocument } from './snapshot-file.ts';

/** Changes a snapshot on behalf of the user. `edit` receives the document on disk, with unknown keys. */
export interface SnapshotEdit {
  readonly name: SyncName;
  readonly edit: (document: object) => object;
}

/**
 * Commits edits of snapshots together; `updatedAt` stays that of the last run. A file that does not exist or would not
 * change is not written. Throws `UserError` with code `data` if a file is damaged.
 */
export async function editSnapshots(
  stage: string,
  workspace: Workspace,
  edits: readonly SnapshotEdit[],
): Promise<void> {
  const staged = [];
  for (const { name, edit } of edits) {
    const target = workspace.snapshot(name);
    const schema = syncSchemas[name].snapshot;
    const disk = await readJsonFile(target, schema);
    if (disk === null) continue;
    const document = edit(structuredClone(disk.document) as object);
    if (equalJson(document, disk.document)) continue;
    staged.push(await stageDocument(stage, { target, schema, disk, document }));
  }
  await commit(stage, workspace.data, staged);
}
