import { assessHealth } from '../health/assess-health.ts';
import type { HealthFacts } from '../health/load-health-facts.ts';
import { analyticsFile } from '../schema/analytics.ts';
import type { Config } from '../schema/config.ts';
import { sanitizeLine } from '../util/text.ts';
import { resolveRoot } from '../discovery/resolve-root.ts';
import { diagnostic } from '../util/diagnostic.ts';
import { UserError } from '../util/errors.ts';
import { FileError } from '../util/fs.ts';
import { replaceFile } from '../util/fs-write.ts';
import { gaugesOf } from './gauges.ts';
import { formatGauges } from './text-format.ts';
import type { RunEvent } from '../run/events.ts';
import { readJsonValue } from '../store/json-file.ts';
import type { Store } from '../store/store.ts';
import type { System } from '../system/system.ts';
import type { Workspace } from '../config/workspace.ts';

/** Writes the Prometheus textfile after a run has stored its status. A failure is reported as a warning. */
export async function writeMetrics(
  textfile: string,
  options: {
    readonly workspace: Workspace;
    readonly config: Config;
    readonly store: Store;
    readonly system: System;
    readonly loadHealth: () => Promise<HealthFacts>;
    readonly emit: (event: RunEvent) => void;
  },
): Promise<void> {
  const { workspace, config, store, system, loadHealth, emit } = options;
  const path = resolveRoot(textfile, { workspaceRoot: workspace.root, home: system.home });
  try {
    const { status } = await store.readStatus();
    if (status === null) return;
    const analytics = await readJsonValue(workspace.analytics, analyticsFile);
    const intervalMinutes = config.schedule === undefined ? config.intervalMinutes : null;
    const { health } = assessHealth(await loadHealth());
    const gauges = gaugesOf({ status, analytics, intervalMinutes, health });
    // Keeps the series of several workspaces on one machine apart.
    const text = formatGauges(gauges, { workspace: sanitizeLine(workspace.root) });
    // Readable for the collector regardless of the umask. It ignores the temporary file, which does not end in `.prom`.
    await replaceFile(path, text, { mode: 0o644 });
  } catch (error) {
    if (!(error instanceof FileError || error instanceof UserError)) throw error;
    const message = error instanceof FileError ? error.problem : error.message;
    emit({
      type: 'warning',
      warning: diagnostic('metrics-not-written', { subject: path, message }),
    });
  }
}
