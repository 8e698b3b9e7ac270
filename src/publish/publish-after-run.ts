import type { FleetFile } from '../schema/fleet.ts';
import { readFleetFile } from '../store/fleet-files.ts';
import { diagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { nullIfUnreadable, UserError } from '../util/errors.ts';
import { plural } from '../util/text.ts';
import {
  publish,
  PublishError,
  rowsAreLeft,
  type PublishOptions,
  type PublishResult,
} from './publish.ts';

interface RunOptions extends Pick<PublishOptions, 'workspace' | 'config' | 'system' | 'signal'> {
  readonly isScheduled: boolean;
}

/** Scheduled runs of many machines start at the same moment. */
const maxSpreadMs = 5000;
/** A clock that differs more from that of the database is reported. */
const maxSkewSeconds = 300;

/**
 * Publishes after a run if `fleet.everyMinutes` have passed. Returns what the user needs to know, or null. Throws the
 * reason of the signal.
 */
export async function publishAfterRun(options: RunOptions): Promise<Diagnostic | null> {
  const { workspace, config, system, isScheduled } = options;
  const { everyMinutes, timeoutSeconds } = config.fleet;
  const stored = await nullIfUnreadable(readFleetFile(workspace));
  if (wasPublished(stored, everyMinutes, system.now())) return null;
  const timeoutMs = timeoutSeconds * 1000;
  const spreadMs = isScheduled ? Math.min(maxSpreadMs, timeoutMs / 2) : 0;
  try {
    return publishWarning(await publish({ ...options, timeoutMs, spreadMs }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, hint } = error;
    if (code === 'timeout' && error instanceof PublishError && error.isFirst && error.rows > 0) {
      const left = error.left === null ? '' : `, ${rowsAreLeft(error.left)}`;
      const sent = `${plural(error.rows, 'row')} published${left}; the next runs continue`;
      return diagnostic('publish-unfinished', { subject: 'fleet', message: sent });
    }
    return diagnostic('publish-failed', { subject: 'fleet', message, hint });
  }
}

function wasPublished(stored: FleetFile | null, everyMinutes: number, now: Date): boolean {
  if (stored?.failingSince !== null) return false;
  const ageMs = now.getTime() - Date.parse(stored.lastPublished ?? '');
  // Not if it is in the future: the clock was wrong.
  return ageMs >= 0 && ageMs < everyMinutes * 60_000;
}

/** Returns the most important thing that a user needs to know about a publication, or null. */
export function publishWarning(result: PublishResult): Diagnostic | null {
  if (result.type === 'locked') return null;
  const { copyOf, refused, skewSeconds } = result;
  const subject = 'fleet';
  if (copyOf !== null) {
    const message = `this workspace is a copy of that of ${copyOf}; it publishes as a host of its own from now on`;
    return diagnostic('fleet-copy', { subject, message });
  }
  const [first] = refused;
  if (first !== undefined) {
    const message = `the database refused ${plural(refused.length, 'row')}, the first is "${first}"; the others are published`;
    return diagnostic('row-refused', { subject, message });
  }
  if (skewSeconds !== null && Math.abs(skewSeconds) > maxSkewSeconds) {
    const message = `the clock differs by ${skewSeconds.toFixed(0)} s from that of the database`;
    return diagnostic('clock-skew', { subject, message, hint: 'check the system clock' });
  }
  return null;
}
