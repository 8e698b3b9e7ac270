import type { Timestamp } from '../schema/timestamp.ts';
import { diagnosticLine } from '../output/diagnostic-text.ts';
import { redactDiagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { sanitizeLine } from '../util/text.ts';

export type EventType = 'failure' | 'reminder' | 'recovery' | 'cost' | 'digest' | 'test';

/** A notification. Generic webhooks receive it as JSON, and commands read it as JSON from stdin. */
export interface Message {
  readonly schemaVersion: 1;
  readonly event: EventType;
  /** One line. */
  readonly title: string;
  /** One or more lines, without the title. */
  readonly text: string;
  readonly host: string;
  readonly workspace: string;
  readonly run: Timestamp | null;
  /** Start of the first run that failed; null if none has failed since the last success. */
  readonly failingSince: Timestamp | null;
  readonly diagnostics: readonly Diagnostic[];
}

const titles: Readonly<Record<EventType, string>> = {
  failure: 'sync-runner failed',
  reminder: 'sync-runner still fails',
  recovery: 'sync-runner works again',
  cost: 'sync-runner cost alert',
  digest: 'sync-runner weekly digest',
  test: 'sync-runner test message',
};

/** Maximum number of diagnostics in the text; the others are counted. */
const shownDiagnostics = 10;

/** Composes a message. Names, paths and messages are untrusted, so they are redacted and sanitized. */
export function composeMessage(
  event: EventType,
  facts: Pick<Message, 'host' | 'workspace' | 'run' | 'failingSince'> & {
    readonly diagnostics: readonly Diagnostic[];
    /** Lines before the diagnostics. */
    readonly introduction?: readonly string[];
    readonly redact: (text: string) => string;
  },
): Message {
  const { run, failingSince, redact } = facts;
  const clean = (text: string): string => sanitizeLine(redact(text), 500);
  const [host, workspace] = [clean(facts.host), clean(facts.workspace)];
  const diagnostics = facts.diagnostics.map((one) => redactDiagnostic(one, clean));
  const shown = diagnostics.slice(0, shownDiagnostics);
  const hidden = diagnostics.length - shown.length;
  const lines = [
    ...(facts.introduction ?? []).map(clean),
    ...shown.flatMap(({ hint, ...one }) => [
      `- ${diagnosticLine(one)}`,
      ...(hint === null ? [] : [`  fix: ${hint}`]),
    ]),
    ...(hidden > 0 ? [`- and ${String(hidden)} more`] : []),
    ...(failingSince === null || failingSince === run ? [] : [`failing since ${failingSince}`]),
    `workspace ${workspace}`,
  ];
  return {
    schemaVersion: 1,
    event,
    title: `${titles[event]} on ${host}`,
    text: lines.join('\n'),
    host,
    workspace,
    run,
    failingSince,
    diagnostics,
  };
}
