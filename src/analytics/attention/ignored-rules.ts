import { attentionCodes } from '../../schema/attention-codes.ts';
import { isDay, type Day } from '../../schema/timestamp.ts';
import { sanitizeLine } from '../../util/text.ts';

/** The user's `ignore` of a project. */
export interface IgnoredRules {
  readonly isIgnored: (code: string) => boolean;
  /** Why it is invalid; null if it is valid. */
  readonly problem: string | null;
}

/** Parses `ignore` leniently: an invalid entry ignores nothing. `*` is every rule; `until` is the last day. */
export function parseIgnore(value: unknown, today: Day): IgnoredRules {
  const rules = new Set<string>();
  let problem: string | null = null;
  if (value !== undefined && value !== null && !Array.isArray(value)) {
    problem = 'ignore must be a list of { "rule", "until" }';
  }
  for (const entry of Array.isArray(value) ? (value as readonly unknown[]) : []) {
    const { rule, until } = Object(entry) as Readonly<Record<string, unknown>>;
    if (typeof rule !== 'string') problem ??= 'ignore has an entry without a rule';
    else if (rule !== '*' && !isCode(rule)) {
      problem ??= `ignore has the unknown rule ${sanitizeLine(rule, 60)}`;
    } else if (until !== undefined && until !== null && !isDay(until)) {
      problem ??= `ignore of ${rule}: until must be a day, such as 2027-01-31`;
    } else if (typeof until !== 'string' || until >= today) rules.add(rule);
  }
  return { isIgnored: (code) => rules.has('*') || rules.has(code), problem };
}

const isCode = (rule: string): boolean => (attentionCodes as readonly string[]).includes(rule);
