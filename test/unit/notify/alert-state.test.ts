import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NotificationsFile } from '../../../src/schema/notify.ts';
import { decide, rollback } from '../../../src/notify/alert-state.ts';

const start = Date.parse('2026-11-23T10:00:00Z');
const at = (minutes: number): { readonly run: string; readonly now: Date } => {
  const now = new Date(start + minutes * 60_000);
  return { run: now.toISOString(), now };
};

/** Returns the messages that one channel gets for runs 15 minutes apart. */
function heard(states: readonly ('ok' | 'failing')[]): readonly string[] {
  let file: NotificationsFile | null = null;
  return states.flatMap((state, index) => {
    const decision = decide(file, state, ['webhook'], at(index * 15));
    file = decision.next;
    return decision.messages.map(({ event }) => event);
  });
}

describe('decide', () => {
  test('sends a message on failure and on recovery and none in between', () => {
    expect(heard(['ok', 'ok', 'failing', 'failing', 'failing', 'ok', 'ok'])).toEqual([
      'failure',
      'recovery',
    ]);
    expect(heard(['ok', 'ok'])).toEqual([]);
  });

  test('sends one reminder a day while the failure lasts', () => {
    const threeDays = Array.from({ length: 3 * 96 }, () => 'failing' as const);
    expect(heard(threeDays)).toEqual(['failure', 'reminder', 'reminder']);
  });

  test('alternates failure and recovery for any sequence of runs', () => {
    const states = fc.array(fc.constantFrom('ok' as const, 'failing' as const), { maxLength: 90 });
    fc.assert(
      fc.property(states, (runs) => {
        const turns = heard(runs);
        expect(turns).toEqual(turns.map((_, index) => (index % 2 === 0 ? 'failure' : 'recovery')));
        const last = runs.at(-1);
        if (last !== undefined) expect(turns.length % 2 === 1).toBe(last === 'failing');
      }),
    );
  });

  test('sends an ongoing failure to a new channel', () => {
    const { next } = decide(null, 'failing', ['webhook'], at(0));
    const { messages, next: both } = decide(next, 'failing', ['webhook', 'desktop'], at(15));
    expect(messages).toEqual([{ channel: 'desktop', event: 'failure' }]);
    expect(both.failingSince).toBe(at(0).run);
  });

  test('sends a message when warnings become errors, and none when errors become warnings', () => {
    const steps = ['warning', 'warning', 'error', 'warning', 'error'] as const;
    let file: NotificationsFile | null = null;
    const events = steps.map((severity, index) => {
      const decision = decide(file, 'failing', ['webhook'], { ...at(index), severity });
      file = decision.next;
      return decision.messages.map(({ event }) => event);
    });
    expect(events).toEqual([['failure'], [], ['failure'], [], []]);
  });

  test('sends reminders when the last message has a time in the future', () => {
    const { next } = decide(null, 'failing', ['webhook'], at(60 * 24 * 365));
    expect(decide(next, 'failing', ['webhook'], at(0)).messages).toHaveLength(1);
  });
});

describe('rollback', () => {
  test('makes the next run send the message again, only to the undelivered channels', () => {
    const { next } = decide(null, 'failing', ['webhook', 'command'], at(0));
    const taken = rollback(next, null, ['webhook'], at(0).run);
    const { messages } = decide(taken, 'failing', ['webhook', 'command'], at(15));
    expect(messages).toEqual([{ channel: 'webhook', event: 'failure' }]);
  });

  test('changes nothing when a later run has sent a message since', () => {
    const first = decide(null, 'failing', ['webhook'], at(0)).next;
    const second = decide(first, 'ok', ['webhook'], at(15)).next;
    expect(rollback(second, null, ['webhook'], at(0).run)).toEqual(second);
  });
});
