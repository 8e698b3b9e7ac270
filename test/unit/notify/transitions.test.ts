import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NotificationsFile } from '../../../src/schema/notify.ts';
import { decide, takeBack } from '../../../src/notify/transitions.ts';

const start = Date.parse('2026-11-23T10:00:00Z');
const at = (minutes: number): { readonly run: string; readonly now: Date } => {
  const now = new Date(start + minutes * 60_000);
  return { run: now.toISOString(), now };
};

/** What one channel hears of runs a quarter of an hour apart. */
function heard(states: readonly ('ok' | 'bad')[]): readonly string[] {
  let file: NotificationsFile | null = null;
  return states.flatMap((state, index) => {
    const decision = decide(file, state, ['webhook'], at(index * 15));
    file = decision.next;
    return decision.messages.map(({ occasion }) => occasion);
  });
}

describe('a channel', () => {
  test('is told of the turn, of the return, and of nothing between', () => {
    expect(heard(['ok', 'ok', 'bad', 'bad', 'bad', 'ok', 'ok'])).toEqual(['failure', 'recovery']);
    expect(heard(['ok', 'ok'])).toEqual([]);
  });

  test('is reminded once a day while it stays bad', () => {
    const threeDays = Array.from({ length: 3 * 96 }, () => 'bad' as const);
    expect(heard(threeDays)).toEqual(['failure', 'reminder', 'reminder']);
  });

  test('hears failure and recovery in turn, however the runs go', () => {
    const states = fc.array(fc.constantFrom('ok' as const, 'bad' as const), { maxLength: 90 });
    fc.assert(
      fc.property(states, (runs) => {
        const turns = heard(runs);
        expect(turns).toEqual(turns.map((_, index) => (index % 2 === 0 ? 'failure' : 'recovery')));
        const last = runs.at(-1);
        if (last !== undefined) expect(turns.length % 2 === 1).toBe(last === 'bad');
      }),
    );
  });

  test('that is new is told of a failure that others know', () => {
    const { next } = decide(null, 'bad', ['webhook'], at(0));
    const { messages, next: both } = decide(next, 'bad', ['webhook', 'desktop'], at(15));
    expect(messages).toEqual([{ channel: 'desktop', occasion: 'failure' }]);
    expect(both.failingSince).toBe(at(0).run);
  });

  test('is reminded although the clock was far ahead when it was told', () => {
    const { next } = decide(null, 'bad', ['webhook'], at(60 * 24 * 365));
    expect(decide(next, 'bad', ['webhook'], at(0)).messages).toHaveLength(1);
  });
});

describe('what was not delivered', () => {
  test('is said by the next run, and only to those who did not hear it', () => {
    const { next } = decide(null, 'bad', ['webhook', 'command'], at(0));
    const taken = takeBack(next, null, ['webhook'], at(0).run);
    const { messages } = decide(taken, 'bad', ['webhook', 'command'], at(15));
    expect(messages).toEqual([{ channel: 'webhook', occasion: 'failure' }]);
  });

  test('is left as it is when another run has said something since', () => {
    const first = decide(null, 'bad', ['webhook'], at(0)).next;
    const second = decide(first, 'ok', ['webhook'], at(15)).next;
    expect(takeBack(second, null, ['webhook'], at(0).run)).toEqual(second);
  });
});
