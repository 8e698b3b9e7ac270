import { rmSync } from 'node:fs';
import { startCli } from './cli.ts';
import { FleetWorkspace, storedSums } from './fleet-workspace.ts';
import { startPostgres, type TestDatabase } from './postgres.ts';
import { randomNumbers } from './random.ts';
import { startProxy, type TcpProxy } from './tcp-proxy.ts';

export interface TortureSize {
  readonly hosts: number;
  readonly rounds: number;
  readonly projects: number;
  readonly days: number;
  /** Number of machines that publish at the same time. */
  readonly parallel: number;
}

export interface TortureFigures {
  readonly publications: number;
  readonly kills: number;
  readonly cuts: number;
  /** Connections that were refused or swallowed. */
  readonly lost: number;
  readonly crashes: number;
  readonly lostCaches: number;
  /** Rows in the database at the end. */
  readonly rows: number;
  readonly hosts: number;
  /** Hosts whose sums differ from their files, and unexpected exits. */
  readonly faults: readonly string[];
}

/**
 * Lets hosts with changing data publish with the built program, each through its own proxy, which cuts, refuses and
 * swallows connections. Kills programs, crashes the server and removes caches. Then lets every host publish in peace,
 * and compares what the database contains with the files.
 */
export async function tortureFleet(size: TortureSize): Promise<TortureFigures> {
  await using server = await startPostgres();
  const database = await server.createDatabase();
  const random = randomNumbers(11);
  const hosts = Array.from({ length: size.hosts }, (_, index) => {
    const workspace = new FleetWorkspace({ seed: 1000 + index, ...size });
    workspace.configure({ url: '$FLEET_URL', name: `host-${String(index)}` });
    return workspace;
  });
  const counts = { publications: 0, kills: 0, lost: 0, crashes: 0, lostCaches: 0 };
  const faults: string[] = [];
  const proxies = await Promise.all(
    Array.from({ length: size.parallel }, () => startProxy(server.port)),
  );
  try {
    for (let round = 0; round < size.rounds; round += 1) {
      const crash = random() < 0.5 ? server.crash().then(() => (counts.crashes += 1)) : null;
      await inParallel(hosts, proxies, async (host, proxy) => {
        host.run();
        if (random() < 0.05) {
          rmSync(host.paths.cache('fleet'), { force: true });
          counts.lostCaches += 1;
        }
        const luck = random();
        // Most connections transfer 10 to 100 kB; the first one of a host several times as much.
        const bytes = Math.floor(random() ** 3 * 300_000);
        const isKilled = luck < 0.35;
        proxy.mode =
          luck < 0.35
            ? 'pass'
            : luck < 0.6
              ? { cutAfter: bytes }
              : luck < 0.65
                ? 'refuse'
                : luck < 0.7
                  ? 'swallow'
                  : 'pass';
        if (proxy.mode === 'refuse' || proxy.mode === 'swallow') counts.lost += 1;
        const { code, signal, stderr } = await publish(host, database, proxy, {
          killAfter: isKilled ? bytes : null,
          timeout: proxy.mode === 'swallow' ? 2 : 30,
        });
        counts.publications += 1;
        if (signal === 'SIGKILL') counts.kills += 1;
        else if (code !== 0 && code !== 1) faults.push(`exit ${String(code)}: ${stderr}`);
        if (stderr.includes('copy')) faults.push(stderr);
      });
      await crash;
    }
    await inParallel(hosts, proxies, async (host, proxy) => {
      proxy.mode = 'pass';
      const { code, stderr } = await publish(host, database, proxy, {
        killAfter: null,
        timeout: 120,
      });
      if (code !== 0) faults.push(`in peace: exit ${String(code)}: ${stderr}`);
    });
    for (const host of hosts) {
      const stored = await storedSums(database, host.identity().id);
      const expected = host.expected();
      const wrong = Object.keys(expected).filter((name) => stored[name] !== expected[name]);
      for (const name of wrong) {
        faults.push(
          `${host.root} ${name}: ${String(stored[name])} instead of ${String(expected[name])}`,
        );
      }
    }
    const tables = ['project', 'quality', 'token_day', 'project_day', 'quality_day', 'run'];
    const sum = tables.map((table) => `(SELECT count(*) FROM sync_runner.${table})`).join(' + ');
    return {
      ...counts,
      cuts: proxies.reduce((total, { cuts }) => total + cuts, 0),
      rows: Number(await database.value(`SELECT ${sum}`)),
      hosts: Number(await database.value('SELECT count(*) FROM sync_runner.host')),
      faults,
    };
  } finally {
    for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
    for (const host of hosts) host.remove();
  }
}

/** Calls `work` for every host; a proxy serves one host at a time. */
async function inParallel(
  hosts: readonly FleetWorkspace[],
  proxies: readonly TcpProxy[],
  work: (host: FleetWorkspace, proxy: TcpProxy) => Promise<void>,
): Promise<void> {
  const queue = hosts.values();
  await Promise.all(
    proxies.map(async (proxy) => {
      for (const host of queue) await work(host, proxy);
    }),
  );
}

async function publish(
  host: FleetWorkspace,
  database: TestDatabase,
  proxy: TcpProxy,
  { killAfter, timeout }: { readonly killAfter: number | null; readonly timeout: number },
): Promise<{
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}> {
  const args = ['publish', '--timeout', String(timeout), '--workspace', host.root];
  const { child, ended } = startCli(args, {
    env: { FLEET_URL: database.url('writer', proxy.port) },
  });
  proxy.onData = (seen) => {
    if (killAfter !== null && seen > killAfter) child.kill('SIGKILL');
  };
  const { exitCode, signal, stderr } = await ended;
  proxy.onData = null;
  return { code: exitCode, signal, stderr };
}
