import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import workerThreads from 'node:worker_threads';

/** Makes a function of a Node module throw, so that a slow test cannot slip into test/unit. */
function forbid(module: object, name: string): void {
  Object.assign(module, {
    [name]: () => {
      throw new Error(`unit tests must not call ${name}(): move the test to test/integration`);
    },
  });
}

for (const name of ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync']) {
  forbid(childProcess, name);
}
for (const name of ['connect', 'createConnection', 'createServer']) forbid(net, name);
for (const name of ['mkdtemp', 'mkdtempSync']) forbid(fs, name);
forbid(fs.promises, 'mkdtemp');
forbid(workerThreads, 'Worker');
syncBuiltinESMExports();
