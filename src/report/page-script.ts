/**
 * The script of the page: filters and sorts the table. Without it only the rows in the template are not shown.
 * It never converts text to markup.
 */
export const script = `'use strict';
(() => {
  const byId = (id) => document.getElementById(id);
  for (const box of document.querySelectorAll('.wide .scroll')) box.scrollLeft = box.scrollWidth;
  const age = Math.floor((Date.now() - Date.parse(document.documentElement.dataset.day)) / 86400000);
  if (age > 1) {
    byId('age').textContent = 'This page is ' + age + ' days old.';
    byId('age').hidden = false;
  }
  const health = document.querySelector('.health');
  const { run, stale } = health.dataset;
  const judge = () => {
    if (!run) return;
    const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(run)) / 60000));
    const [count, unit] =
      minutes < 60 ? [minutes, 'minute'] : minutes < 2880 ? [Math.floor(minutes / 60), 'hour'] : [Math.floor(minutes / 1440), 'day'];
    byId('ago').textContent = 'That is ' + count + ' ' + unit + (count === 1 ? '' : 's') + ' ago.';
    if (!stale || Date.now() < Date.parse(stale)) return;
    health.className = 'health bad';
    byId('sign').textContent = '\u00d7';
    byId('health').textContent = 'The data are stale';
  };
  judge();
  setInterval(judge, 60000);
  const table = byId('table');
  if (!table) return;
  const body = table.tBodies[0];
  const rest = byId('rest');
  let rows = [...body.rows];
  const total = rows.length + (byId('more') ? byId('more').content.querySelectorAll('tr').length : 0);
  const fill = () => {
    const more = byId('more');
    if (!more) return;
    rows = rows.concat([...document.importNode(more.content, true).querySelectorAll('tr')]);
    more.remove();
    rest.remove();
  };
  const text = new Map();
  const textOf = (row) => {
    if (!text.has(row)) text.set(row, row.cells[0].textContent.toLowerCase());
    return text.get(row);
  };
  const showCount = (shown) => {
    byId('count').textContent = shown === total ? total + ' projects' : shown + ' of ' + total + ' projects';
  };
  const update = () => {
    fill();
    const wanted = byId('filter').value.trim().toLowerCase();
    const mark = byId('show').value;
    const shown = rows.filter((row) =>
      textOf(row).includes(wanted) && (mark === '' || row.dataset.is.split(' ').includes(mark)));
    body.replaceChildren(...shown);
    showCount(shown.length);
  };
  const heads = [...table.tHead.rows[0].cells];
  const byName = new Intl.Collator('en', { numeric: true });
  const sort = (index) => {
    fill();
    const before = heads[index].getAttribute('aria-sort');
    const up = before ? before === 'descending' : index === 0;
    for (const head of heads) head.removeAttribute('aria-sort');
    heads[index].setAttribute('aria-sort', up ? 'ascending' : 'descending');
    const value = (row) => {
      const cell = row.cells[index];
      if (index === 0) return cell.firstChild.textContent;
      return cell.dataset.v === '' ? null : Number(cell.dataset.v);
    };
    const keyed = rows.map((row) => [value(row), row]);
    keyed.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      return (index === 0 ? byName.compare(a, b) : a - b) * (up ? 1 : -1);
    });
    rows = keyed.map(([, row]) => row);
    update();
  };
  heads.forEach((head, index) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    button.addEventListener('click', () => sort(index));
    head.replaceChildren(button);
  });
  byId('filter').addEventListener('input', update);
  byId('show').addEventListener('change', update);
  if (byId('all')) {
    byId('all').hidden = false;
    byId('all').addEventListener('click', update);
  }
  byId('tools').hidden = false;
  showCount(total);
})();
`;
