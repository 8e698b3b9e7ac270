import { main } from './cli.ts';
import { nodeSystem } from './system/node.ts';

// The exit code is set, never forced: pipes drain and the lock is released.
void main(process.argv.slice(2), nodeSystem()).then((exitCode) => {
  process.exitCode = exitCode;
});
