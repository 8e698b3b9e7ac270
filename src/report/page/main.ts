import type { PageData } from '../page-data.ts';
import { toMarkdown } from '../view/markdown.ts';
import {
  parseFragment,
  ranges,
  toFragment,
  type PageState,
  type Range,
} from '../view/page-state.ts';
import { attentionSection } from '../view/sections/attention-section.ts';
import { moneySection } from '../view/sections/money-section.ts';
import { findProject, missingProjectPage, projectPage } from '../view/sections/project-page.ts';
import { projectTable } from '../view/sections/project-table.ts';
import { qualitySection } from '../view/sections/quality-section.ts';
import { runsSection } from '../view/sections/runs-section.ts';
import { worthSection } from '../view/sections/worth-section.ts';
import { selectRows } from '../view/select.ts';
import { copy } from './copy.ts';
import { mount, replace } from './mount.ts';
import { applyTheme, nextTheme } from './theme.ts';
import { startTooltips } from './tooltip.ts';
import { startVerdict } from './verdict.ts';

applyTheme();
document.documentElement.classList.add('js');
document.addEventListener('DOMContentLoaded', () => {
  applyTheme();
  startVerdict();
  startTooltips();
  const text = document.getElementById('data')?.textContent ?? 'null';
  startPage(JSON.parse(text) as PageData);
});

function startPage(data: PageData): void {
  const filter = document.querySelector<HTMLInputElement>('#filter');
  const group = document.querySelector<HTMLSelectElement>('#group');
  const help = document.querySelector<HTMLDialogElement>('#help');
  const overview = element('overview');
  const page = element('project');
  let state = parseFragment(location.hash);
  /** Whether the table has all rows. */
  let isComplete = false;
  /** The id of the row that the keyboard has selected. */
  let current: string | null = null;
  let scrollTop = 0;

  const showTable = (): void => {
    if (data.projects === null) return;
    const selection = selectRows(data, state);
    const { count, problem } = selection;
    replace('table-body', projectTable(data, state, { selection, isComplete }));
    const total = data.projects.length;
    element('count').textContent =
      count === total
        ? `${String(total)} projects`
        : `${String(count)} of ${String(total)} projects`;
    element('filter-problem').textContent = problem ?? '';
    for (const button of document.querySelectorAll('[data-action=all]')) {
      button.removeAttribute('hidden');
    }
    markCurrent();
  };
  const showOverview = (): void => {
    if (data.projects !== null) {
      replace('needs-you', attentionSection(data.projects, state));
      replace('worth-it', worthSection(data, state));
    }
    replace('money', moneySection(data, state));
    replace('trends', qualitySection(data, state));
    replace('run-days', runsSection(data, state));
    showTable();
    scrollToEnd();
  };
  const showProject = (id: string): void => {
    const project = findProject(data, id);
    page.replaceChildren(
      mount(project === null ? missingProjectPage(id) : projectPage(data, project, state)),
    );
    scrollToEnd();
  };
  const showControls = (): void => {
    if (filter !== null && filter.value !== state.query) filter.value = state.query;
    if (group !== null) group.value = state.group;
    for (const button of document.querySelectorAll<HTMLElement>('[data-range]')) {
      button.setAttribute('aria-pressed', String(button.dataset['range'] === state.range));
    }
  };
  const show = (before: PageState | null): void => {
    showControls();
    const isProject = state.project !== null;
    const hasMoved = before?.project !== state.project;
    if (isProject && before?.project === null) scrollTop = scrollY;
    overview.hidden = isProject;
    page.hidden = !isProject;
    if (state.project !== null) {
      current = state.project;
      showProject(state.project);
      if (hasMoved) {
        scrollTo(0, 0);
        page.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
      }
      return;
    }
    page.replaceChildren();
    if (before?.range === state.range) showTable();
    else showOverview();
    if (before !== null && hasMoved) {
      scrollTo(0, scrollTop);
      focusCurrent();
    }
  };
  const change = (changes: Partial<PageState>): void => {
    const before = state;
    state = { ...state, ...changes };
    const fragment = toFragment(state) || '#';
    if (before.project === state.project) history.replaceState(null, '', fragment);
    else history.pushState(null, '', fragment);
    show(before);
  };

  const rows = (): readonly HTMLElement[] => [
    ...document.querySelectorAll<HTMLElement>('#table tr[data-id]'),
  ];
  const markCurrent = (): void => {
    for (const row of rows()) row.classList.toggle('current', row.dataset['id'] === current);
  };
  const focusCurrent = (): void => {
    const row = rows().find(({ dataset }) => dataset['id'] === current);
    row?.querySelector<HTMLElement>('a.project')?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'nearest' });
  };
  const move = (step: number): void => {
    const all = rows();
    const at = all.findIndex(({ dataset }) => dataset['id'] === current);
    const next = all[at === -1 ? 0 : Math.max(0, Math.min(all.length - 1, at + step))];
    current = next?.dataset['id'] ?? null;
    markCurrent();
    focusCurrent();
  };

  const actions: Readonly<Record<string, () => void>> = {
    theme: nextTheme,
    help: () => help?.showModal(),
    markdown: () => void copy(toMarkdown(data, state), 'the page as Markdown'),
    all: () => {
      isComplete = true;
      showTable();
    },
    clear: () => {
      change({ query: '' });
      filter?.focus();
    },
  };
  document.addEventListener('click', (event) => {
    const target =
      event.target instanceof Element ? event.target.closest<HTMLElement>('button') : null;
    if (target === null) return;
    const { action = '', copy: text, range, sort, first } = target.dataset;
    if (text !== undefined) void copy(text, 'the text');
    else if (range !== undefined) change({ range: range as Range });
    else if (sort !== undefined) {
      const key = sort as NonNullable<PageState['sort']>;
      const isSame = state.sort === key;
      isComplete = true;
      change({ sort: key, descending: isSame ? !state.descending : first === 'descending' });
      document.querySelector<HTMLElement>(`[data-sort=${key}]`)?.focus();
    } else actions[action]?.();
  });
  filter?.addEventListener('input', () => {
    isComplete = true;
    change({ query: filter.value });
  });
  group?.addEventListener('change', () => {
    isComplete = true;
    change({ group: group.value as PageState['group'] });
  });
  addEventListener('hashchange', () => {
    // A link to a section of the page.
    if (document.getElementById(location.hash.slice(1)) !== null) return;
    const before = state;
    state = parseFragment(location.hash);
    if (state.query !== before.query) {
      isComplete = true;
      element('projects').scrollIntoView();
    }
    show(before);
  });

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help?.open === true) return;
    const { key, target } = event;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) {
      if (key === 'Escape') leaveFilter();
      if (key === 'Enter' && target === filter) move(1);
      return;
    }
    if (state.project !== null && key === 'Escape') change({ project: null });
    else if (key === 'Escape' && state.query !== '') change({ query: '' });
    else if (key === '?') help?.showModal();
    else if (/^[1-5]$/.test(key)) change({ range: Object.keys(ranges)[Number(key) - 1] as Range });
    else if (state.project === null) handleTableKey(event);
  });
  const leaveFilter = (): void => {
    if (filter?.value === '') filter.blur();
    else change({ query: '' });
  };
  const handleTableKey = (event: KeyboardEvent): void => {
    const { key } = event;
    if (key === '/') {
      event.preventDefault();
      filter?.focus();
      filter?.select();
    } else if (key === 'j' || key === 'k') move(key === 'j' ? 1 : -1);
    else if (key === 'Enter' && current !== null && document.activeElement === document.body) {
      change({ project: current });
    }
  };

  for (const id of ['controls', 'tools']) document.getElementById(id)?.removeAttribute('hidden');
  if (toFragment(state) === '') {
    showControls();
    showTable();
    scrollToEnd();
  } else {
    isComplete = state.query !== '' || state.sort !== null || state.group !== 'none';
    show(null);
  }
}

/** Scrolls charts that are wider than the screen to the latest days. */
function scrollToEnd(): void {
  for (const plot of document.querySelectorAll('.wide .plot')) plot.scrollLeft = plot.scrollWidth;
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found;
}
