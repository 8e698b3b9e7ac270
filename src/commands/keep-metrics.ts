import { analyticsFile } from '../contract/analytics.ts';
import type { Config } from '../contract/config.ts';
import { cleanText } from '../contract/text.ts';
import { resolveRoot } from '../discovery/discover.ts';
import { UserError } from '../errors.ts';
import { FileError } from '../files.ts';
import { gaugesOf } from '../metrics/gauges.ts';
import { formatGauges } from '../metrics/text-format.ts';
import { writeTextfile } from '../metrics/textfile.ts';
import type { RunEvent } from '../run/events.ts';
import { readJsonFile } from '../store/json-file.ts';
import type { Store } from '../store/store.ts';
import type { System } from '../system.ts';
import type { Workspace } from '../workspace.ts';

/** Writes the textfile for Prometheus, after a run has stored its status. That it can't is a warning. */
export async function keepMetrics(
  textfile: string,
  options: {
    readonly workspace: Workspace;
    readonly config: Config;
    readonly store: Store;
    readonly system: System;
    readonly emit: (event: RunEvent) => void;
  },
): Promise<void> {
  const { workspace, config, store, system, emit } = options;
  const path = resolveRoot(textfile, { workspaceRoot: workspace.root, home: system.home });
  try {
    const { status } = await store.readStatus();
    if (status === null) return;
    const analytics = await readJsonFile(workspace.analytics, analyticsFile).catch(() => null);
    const { intervalMinutes } = config;
    const gauges = gaugesOf({ status, analytics: analytics?.value ?? null, intervalMinutes });
    // Two workspaces of one machine are two series.
    await writeTextfile(path, formatGauges(gauges, { workspace: cleanText(workspace.root) }));
  } catch (error) {
    if (!(error instanceof FileError || error instanceof UserError)) throw error;
    const message = error instanceof FileError ? error.problem : error.message;
    const warning = { code: 'metrics-not-written', about: path, message };
    emit({ kind: 'warning', warning });
  }
}
