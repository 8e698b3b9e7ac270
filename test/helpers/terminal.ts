import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** A real terminal (tmux) of a given width; closed when it goes out of scope. */
export interface Terminal extends Disposable {
  /** The lines on its screen, without blanks at their ends; with `colors` the sequences that colour them. */
  readonly screen: (options?: { colors?: boolean }) => string;
  readonly type: (...keys: readonly string[]) => void;
  /** Waits until the screen shows something, and answers it. */
  readonly shows: (what: RegExp) => Promise<string>;
}

export function openTerminal(options: {
  readonly columns: number;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}): Terminal {
  const folder = mkdtempSync(join(tmpdir(), 'sync-runner-tmux-'));
  const tmux = (...args: readonly string[]): string =>
    execFileSync('tmux', ['-S', join(folder, 'socket'), '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', LC_ALL: 'C.UTF-8', TERM: 'xterm' },
    });
  const variables = { HOME: '/nonexistent', TZ: 'UTC', ...options.env };
  const env = Object.entries(variables).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const size = ['-x', String(options.columns), '-y', '60'];
  // What is shown stays when the command has ended.
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
    // A line that the terminal had to wrap counts as one, as it was written.
    tmux('capture-pane', '-p', '-J', ...(colors ? ['-e'] : []))
      .replace(/ +$/gm, '')
      .trimEnd();
  return {
    screen,
    type: (...keys) => void tmux('send-keys', ...keys),
    shows: async (what) => {
      for (let tries = 0; tries < 400; tries += 1) {
        const text = screen();
        if (what.test(text)) return text;
        await setTimeout(50);
      }
      throw new Error(`the terminal never showed ${String(what)}, but:\n${screen()}`);
    },
    [Symbol.dispose]: () => {
      try {
        tmux('kill-server');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}
