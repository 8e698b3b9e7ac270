declare module 'cross-spawn' {
  /** `spawn` that also starts `.cmd` files on Windows. */
  export { spawn as default } from 'node:child_process';
}
