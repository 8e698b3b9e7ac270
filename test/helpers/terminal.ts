import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A terminal (tmux) of a given width. Closes itself at the end of a `using` block. */
export interface Terminal extends Disposable {
  /** Returns the lines on the screen without trailing spaces; with `colors` including escape sequences. */
  readonly screen: (options?: { colors?: boolean }) => string;
  readonly type: (...keys: readonly string[]) => void;
  /** Resolves with the screen when it matches the pattern. */
  readonly waitFor: (pattern: RegExp) => Promise<string>;
}

export function openTerminal(options: {
  readonly columns: number;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}): Terminal {
  const dir = mkdtempSync(join(tmpdir(), 'sync-runner-tmux-'));
  const tmux = (...args: readonly string[]): string =>
    execFileSync('tmux', ['-S', join(dir, 'socket'), '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', LC_ALL: 'C.UTF-8', TERM: 'xterm' },
    });
  const variables = { HOME: '/nonexistent', TZ: 'UTC', ...options.env };
  const env = Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const size = ['-x', String(options.columns), '-y', '60'];
  // remain-on-exit keeps the screen after the command has exited.
  tmux(
    'start-server',
    ';',
    'set-option',
    '-g',
    'remain-on-exit',
    'on',
    ';',
    'set-option',
    '-g',
    'remain-on-exit-format',
    '',
    ';',
    'new-session',
    '-d',
    ...size,
    '-c',
    options.cwd,
    ...env,
    ...options.command,
  );
  const screen: Terminal['screen'] = ({ colors = false } = {}) =>
    // -J joins wrapped lines.
    tmux('capture-pane', '-p', '-J', ...(colors ? ['-e'] : []))
      .replace(/ +$/gm, '')
      .trimEnd();
  return {
    screen,
    type: (...keys) => void tmux('send-keys', ...keys),
    waitFor: async (pattern) => {
      const deadlineMs = performance.now() + 120_000;
      while (performance.now() < deadlineMs) {
        const text = screen();
        if (pattern.test(text)) return text;
        await setTimeout(100);
      }
      throw new Error(`the terminal did not show ${String(pattern)} in two minutes:\n${screen()}`);
    },
    [Symbol.dispose]: () => {
      try {
        tmux('kill-server');
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    },
  };
}
