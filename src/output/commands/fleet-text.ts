import type {
  FleetCost,
  FleetHost,
  FleetOverview,
  FleetProject,
} from '../../publish/fleet-overview.ts';
import { plural, sanitizeLine } from '../../util/text.ts';
import { formatUsd } from '../format-numbers.ts';
import { formatRelative } from '../format-time.ts';
import type { RenderOptions } from './status-text.ts';
import type { StyleName } from '../style.ts';
import { tableText, type Column } from '../table.ts';

const shownProjects = 20;
/** A difference of clocks that is shown, in seconds. */
const shownSkew = 60;

/** Returns the state of a host in a word. */
export function hostState({ silent, superseded, outcome }: FleetHost): string {
  if (superseded) return 'replaced';
  if (silent) return 'silent';
  return outcome ?? 'no run';
}

const stateStyles: Readonly<Record<string, StyleName>> = {
  success: 'good',
  silent: 'bad',
  error: 'bad',
  interrupted: 'warning',
  replaced: 'faint',
};

const line = (text: string | null): string => sanitizeLine(text ?? '');
const usd = (money: string | null): string => (money === null ? '' : formatUsd(money));
const relative = (at: string | null, now: Date): string =>
  at === null ? '' : formatRelative(new Date(at), now);

/** Returns the hosts, the cost of the month and the projects of a fleet as three tables. */
export async function fleetText(
  { since, hosts, costs, projects }: FleetOverview,
  now: Date,
  form: RenderOptions,
): Promise<string> {
  const { style } = form;
  if (hosts.length === 0) return 'No host has published yet\n  fix: sync-runner publish\n';
  const shown = form.all ? projects : projects.slice(0, shownProjects);
  const hidden = projects.length - shown.length;
  const parts = [
    `${style('strong', 'Hosts')}\n${await tableText(hostColumns(now), hosts, form)}`,
    `${style('strong', `Cost since ${since}`)}\n` +
      (costs.length === 0 ? 'none\n' : await tableText(costColumns, costs, form)),
    `${style('strong', 'Projects')}\n` +
      (projects.length === 0 ? 'none\n' : await tableText(projectColumns(now), shown, form)),
  ];
  const more =
    hidden > 0 ? `${style('faint', `${plural(hidden, 'more project')} (--verbose)`)}\n` : '';
  return parts.join('\n') + more;
}

const hostColumns = (now: Date): readonly Column<FleetHost>[] => [
  { title: 'host', text: ({ name }) => line(name), priority: 0, narrowest: 12 },
  { title: 'team', text: ({ team }) => line(team), priority: 3, narrowest: 8 },
  {
    title: 'last run',
    text: hostState,
    style: (host) => stateStyles[hostState(host)] ?? null,
    priority: 0,
  },
  { title: 'published', text: ({ lastPush }) => relative(lastPush, now), priority: 1 },
  { title: 'version', text: ({ version }) => line(version), priority: 4 },
  {
    title: 'clock',
    text: ({ skewSeconds }) =>
      skewSeconds === null || Math.abs(skewSeconds) < shownSkew
        ? ''
        : `${skewSeconds > 0 ? '+' : ''}${skewSeconds.toFixed(0)} s`,
    style: () => 'warning',
    priority: 5,
  },
];

const costColumns: readonly Column<FleetCost>[] = [
  { title: 'source', text: ({ source }) => line(source), priority: 0, narrowest: 12 },
  { title: 'kind', text: ({ kind }) => kind, priority: 1 },
  { title: 'hosts', text: ({ hosts }) => String(hosts), align: 'right', priority: 2 },
  { title: 'cost', text: ({ costUsd }) => usd(costUsd), align: 'right', priority: 0 },
];

const projectColumns = (now: Date): readonly Column<FleetProject>[] => [
  { title: 'project', text: ({ name }) => line(name), priority: 0, narrowest: 12 },
  { title: 'cost', text: ({ costUsd }) => usd(costUsd), align: 'right', priority: 1 },
  {
    title: 'checkouts',
    text: ({ checkouts }) => String(checkouts),
    align: 'right',
    priority: 3,
  },
  {
    title: 'changes',
    text: ({ dirty }) => (dirty === true ? 'yes' : ''),
    style: () => 'warning',
    priority: 4,
  },
  {
    title: 'behind',
    text: ({ behind }) => (behind === null || behind === 0 ? '' : String(behind)),
    align: 'right',
    priority: 5,
  },
  {
    title: 'coverage',
    text: ({ coverage }) => (coverage === null ? '' : `${coverage.toFixed(0)} %`),
    align: 'right',
    priority: 6,
  },
  { title: 'last commit', text: ({ lastCommit }) => relative(lastCommit, now), priority: 2 },
];
