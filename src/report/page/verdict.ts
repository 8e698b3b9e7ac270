import { dayMs } from '../../util/dates.ts';
import { plural } from '../../util/text.ts';
import { faviconOf } from '../view/sections/now-section.ts';

const minuteMs = 60_000;

/** Keeps the age of the last run current, and turns the verdict when the data become stale by the reader's clock. */
export function startVerdict(): void {
  const verdict = document.getElementById('verdict');
  if (verdict === null) return;
  const { run = '', stale = '' } = verdict.dataset;
  const judge = (): void => {
    showAge();
    if (run === '') return;
    setText('ago', `That is ${agoText(Date.now() - Date.parse(run))} ago.`);
    if (stale === '' || Date.now() < Date.parse(stale)) return;
    verdict.className = 'health bad';
    setText('sign', '×');
    setText('health', 'The data are stale');
    document.title = document.title.replace(/^.*?·/, '× The data are stale ·');
    document.getElementById('icon')?.setAttribute('href', faviconOf('bad'));
    document.getElementById('dot')?.setAttribute('class', 'dot bad');
  };
  judge();
  setInterval(judge, minuteMs);
}

function showAge(): void {
  const { day = '' } = document.documentElement.dataset;
  const age = Math.floor((Date.now() - Date.parse(day)) / dayMs);
  const box = document.getElementById('age');
  if (box === null || !(age > 1)) return;
  box.textContent = `This page is ${String(age)} days old.`;
  box.hidden = false;
}

function agoText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / minuteMs));
  const [count, unit] =
    minutes < 60
      ? [minutes, 'minute']
      : minutes < 2880
        ? [Math.floor(minutes / 60), 'hour']
        : [Math.floor(minutes / 1440), 'day'];
  return plural(count, unit);
}

function setText(id: string, text: string): void {
  const element = document.getElementById(id);
  if (element !== null) element.textContent = text;
}
