import { getOrInsert } from '../../../../util/collections.ts';
import type { LogRows } from '../../usage-log/agent.ts';
import type { RecordTable } from '../../usage-log/records/record-table.ts';
import { rank, type ChatState } from './parse-chat.ts';
import { sessionOf } from './parse-ledger.ts';

interface Session {
  /** Rows of the chat, and of copies in other chats, by response. */
  readonly chat: Map<string, number[]>;
  readonly ledgerRows: number[];
  chatTokens: number;
  ledgerTokens: number;
}

/**
 * Returns the rows of the ledger or of the chat of each session that is in both. The ledger has more requests,
 * such as those for titles, but lacks those before the version that introduced it, so the larger of the two counts.
 */
export function* excludeRows(logs: readonly LogRows[], records: RecordTable): Iterable<number> {
  const sessions = findSessions(logs, records);
  for (const { chat, ledgerRows, chatTokens, ledgerTokens } of sessions.values()) {
    if (ledgerTokens < chatTokens) yield* ledgerRows;
    else yield* [...chat.values()].flat();
  }
}

function findSessions(
  logs: readonly LogRows[],
  records: RecordTable,
): ReadonlyMap<string, Session> {
  const sessions = new Map<string, Session>();
  const sessionNamed = (name: string): Session =>
    getOrInsert(sessions, name, () => ({
      ...{ chat: new Map<string, number[]>(), ledgerRows: [] },
      ...{ chatTokens: 0, ledgerTokens: 0 },
    }));
  const keys = records.keys();
  const responses = new Map<string, { row: number; rank: number; session: string }[]>();
  for (const { path, parserState, rows } of logs) {
    const state = parserState as ChatState | null;
    for (const row of rows) {
      const key = keys[row] ?? '';
      const rowRank = records.rankOf(row);
      if (rowRank === rank.ledger) {
        const session = sessionNamed(sessionOf(key));
        session.ledgerRows.push(row);
        // Copies of the ledger have the same records.
        if (records.first.get(key) === row) session.ledgerTokens += records.tokensOf(row);
      } else {
        const name = rowRank === rank.copy ? state?.origin : state?.session;
        const response = { row, rank: rowRank, session: name ?? path };
        getOrInsert(responses, key, () => []).push(response);
      }
    }
  }
  for (const [key, copies] of responses) {
    const [original] = copies.sort((a, b) => b.rank - a.rank || (a.session < b.session ? -1 : 1));
    if (original === undefined) continue;
    const session = sessionNamed(original.session);
    session.chat.set(
      key,
      copies.map(({ row }) => row),
    );
    session.chatTokens += records.tokensOf(original.row);
  }
  return new Map(
    [...sessions].filter(([, { chat, ledgerRows }]) => chat.size > 0 && ledgerRows.length > 0),
  );
}
