/** What an outside program may see, and how long and how much it may say. */
export interface ExecOptions {
  readonly cwd?: string;
  /** The whole environment of the program: nothing is inherited but `PATH`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** The program is killed when it prints more than this on stdout (default 32 MiB). */
  readonly maxOutputBytes?: number;
}

/** How a program ended. A non-zero exit is an answer, not an error. */
export interface ExecResult {
  readonly exitCode: number;
  /** Bytes, because names and messages need not be UTF-8. */
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/**
 * Starts a program without a shell, in a process group of its own that dies with it.
 * Rejects only when there is no answer: `UserError` `tool` (missing tool, killed, too much output),
 * `UserError` `timeout`, or the signal's reason.
 */
export type Exec = (
  file: string,
  args: readonly string[],
  options: ExecOptions,
) => Promise<ExecResult>;

/** The signals that end a run in good order. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** What became of a signal to another process: `denied` says that there is one, of another user. */
export type SignalResult = 'sent' | 'missing' | 'denied';

/** The world outside the program, apart from files. */
export interface System {
  readonly now: () => Date;
  readonly exec: Exec;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly cwd: string;
  readonly tmpDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly processInfo: {
    readonly pid: number;
    readonly uid: number | null;
    readonly host: string;
    readonly command: readonly [node: string, script: string];
    /** For example `22.23.3`. */
    readonly nodeVersion: string;
  };
  readonly stdout: Output;
  readonly stderr: Output;
  /** How many threads can run at once. */
  readonly parallelism: number;
  /**
   * Runs an entry of the bundle, by its name there, in a thread of its own, until it ends. `task` and the
   * messages are cloned. Rejects when the thread fails or can't be had, and with the signal's reason, which
   * ends it at once.
   */
  readonly runInThread: (
    entry: string,
    task: unknown,
    options: { readonly signal: AbortSignal; readonly onMessage: (message: unknown) => void },
  ) => Promise<void>;
  /** Calls back at each stop signal until disposed; without a listener a signal ends the process. */
  readonly onStopSignal: (listener: (signal: StopSignal) => void) => Disposable;
  /** Calls back, synchronously, when the process exits, until disposed. A killed process calls nobody. */
  readonly onExit: (listener: () => void) => Disposable;
  /** Sends a signal to another process; 0 sends nothing and only asks whether there is such a process. */
  readonly signalProcess: (
    pid: number,
    signal: StopSignal | 'SIGCONT' | 'SIGKILL' | 0,
  ) => SignalResult;
  /** Ends the process at once; only for a second stop signal. */
  readonly exit: (exitCode: number) => void;
}

/** One of the two output streams. */
export interface Output {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly color: boolean;
  /** Width in columns; 80 where there is no terminal. */
  readonly columns: number;
}
