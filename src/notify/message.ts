import type { Timestamp } from '../schema/timestamp.ts';
import { diagnosticLine } from '../output/diagnostic-text.ts';
import { redactDiagnostic, type Diagnostic } from '../util/diagnostic.ts';
import { sanitizeLine } from '../util/text.ts';

export type Occasion = 'failure' | 'reminder' | 'recovery' | 'test';

/** What a channel tells a person; as JSON it is what a webhook gets and a command reads on stdin. */
export interface Message {
  readonly schemaVersion: 1;
  readonly event: Occasion;
  /** One line. */
  readonly title: string;
  /** A few lines, the title not among them. */
  readonly text: string;
  readonly host: string;
  readonly workspace: string;
  readonly run: Timestamp | null;
  /** The run with which it turned bad. */
  readonly failingSince: Timestamp | null;
  readonly problems: readonly Diagnostic[];
}

const titles: Readonly<Record<Occasion, string>> = {
  failure: 'sync-runner failed',
  reminder: 'sync-runner still fails',
  recovery: 'sync-runner works again',
  test: 'sync-runner says hello',
};

/** More problems than this are counted only. */
const shownProblems = 10;

/** Names, paths and messages come from projects and servers: nothing of them but plain text gets through. */
export function composeMessage(
  event: Occasion,
  facts: Pick<Message, 'host' | 'workspace' | 'run' | 'failingSince'> & {
    readonly problems: readonly Diagnostic[];
    readonly redact: (text: string) => string;
  },
): Message {
  const { run, failingSince, redact } = facts;
  const clean = (text: string): string => sanitizeLine(redact(text), 500);
  const [host, workspace] = [clean(facts.host), clean(facts.workspace)];
  const problems = facts.problems.map((one) => redactDiagnostic(one, clean));
  const shown = problems.slice(0, shownProblems);
  const hidden = problems.length - shown.length;
  const lines = [
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
    problems,
  };
}
