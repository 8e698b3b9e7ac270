/** The environment and the limits of a program. */
export interface ExecOptions {
  /** The root directory by default. */
  readonly cwd?: string;
  /** The complete environment: only `PATH` (and `SystemRoot`) is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Limit of stdout, 32 MiB by default. A program that exceeds it is killed. */
  readonly maxOutputBytes?: number;
  /** Limit of the memory that the program may allocate. Has no effect where prlimit(1) is missing. */
  readonly maxMemoryBytes?: number;
}

/** The result of a program. A non-zero exit code is a result, not an error. */
export interface ExecResult {
  readonly exitCode: number;
  /** Bytes, because names and messages may not be UTF-8. */
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/**
 * Executes a program without a shell, in its own process group. Rejects only without a result: with `UserError` with
 * code `tool` (not found, killed, too much output) or `timeout`, or with the reason of the signal.
 */
export type Exec = (
  file: string,
  args: readonly string[],
  options: ExecOptions,
) => Promise<ExecResult>;

/** The signals after which a run stops gracefully. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** The result of sending a signal. `denied`: the process exists and belongs to another user. */
export type SignalResult = 'sent' | 'missing' | 'denied';

/** Everything outside the program except files. */
export interface System {
  readonly now: () => Date;
  readonly exec: Exec;
  /**
   * Returns the absolute path of the program that `exec` would start. Throws `UserError` with code `tool` if there is
   * none.
   */
  readonly findProgram: (file: string) => Promise<string>;
  /** Searches programs in this directory first, for this process and those that it starts. */
  readonly prependPath: (dir: string) => void;
  readonly platform: NodeJS.Platform;
  /** Throws `UserError` with code `usage` if it is unknown. */
  readonly home: string;
  /** Null if it was deleted or can't be read. */
  readonly cwd: string | null;
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
  /**
   * Reads stdin up to its end, the limit of bytes, or the timeout. Returns an empty text if it is a terminal, a device
   * or can't be read.
   */
  readonly readStdin: (limits: {
    readonly maxBytes: number;
    readonly timeoutMs: number;
  }) => Promise<string>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Number of threads that can run in parallel. */
  readonly parallelism: number;
  /**
   * Runs an entry of the bundle in a thread and resolves when it ends. `task` and the messages are cloned. Rejects
   * when the thread fails or can't be started, and with the reason of the signal, which terminates it.
   */
  readonly runInThread: (
    entry: string,
    task: unknown,
    options: {
      readonly signal: AbortSignal;
      readonly onMessage: (message: unknown) => void;
    },
  ) => Promise<void>;
  /** Calls `listener` at each stop signal until disposed. Without a listener the process exits at once. */
  readonly onStopSignal: (listener: (signal: StopSignal) => void) => Disposable;
  /** Calls `listener` synchronously when the process exits, until disposed. Not when it is killed. */
  readonly onExit: (listener: () => void) => Disposable;
  /** Sends a signal to another process. 0 sends nothing and only checks whether the process exists. */
  readonly signalProcess: (
    pid: number,
    signal: StopSignal | 'SIGCONT' | 'SIGKILL' | 0,
  ) => SignalResult;
  /**
   * Lets other processes check until the end of this one whether it runs. Resolves with false where that is not
   * possible: it is on Windows only, which has no start time of a process without starting another program.
   */
  readonly announce: (name: string) => Promise<boolean>;
  /** Whether the process that announced a name still runs. */
  readonly isAnnounced: (name: string) => Promise<boolean>;
  /** Exits immediately; only for a second stop signal. */
  readonly exit: (exitCode: number) => void;
}

/** stdout or stderr. */
export interface Output {
  readonly write: (text: string | Uint8Array) => void;
  readonly isTerminal: boolean;
  readonly color: boolean;
  /** Width in columns; 80 without a terminal. */
  readonly columns: number;
}
