/** Shows `data-tip` of an element, whose lines are separated by ` · `, below the pointer, a finger or the keyboard. */
export function startTooltips(): void {
  const tip = document.getElementById('tip');
  if (tip === null) return;
  let shown: Element | null = null;

  const hide = (): void => {
    shown?.classList.remove('on');
    shown = null;
    tip.hidden = true;
  };
  const show = (target: Element): void => {
    if (target === shown) return;
    hide();
    const [title = '', ...lines] = (target.getAttribute('data-tip') ?? '').split(' · ');
    const head = document.createElement('b');
    head.textContent = title;
    tip.replaceChildren(
      head,
      ...lines.map((line) => {
        const row = document.createElement('span');
        row.textContent = line;
        return row;
      }),
    );
    tip.hidden = false;
    shown = target;
    target.classList.add('on');
    const box = target.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = tip;
    const left = box.left + box.width / 2 - width / 2;
    const above = box.top - height - 8;
    tip.style.left = `${String(Math.max(8, Math.min(left, innerWidth - width - 8)))}px`;
    tip.style.top = `${String(above > 56 ? above : Math.min(box.bottom + 8, innerHeight - height - 8))}px`;
  };
  const tipOf = (event: Event): Element | null =>
    event.target instanceof Element ? event.target.closest('[data-tip]') : null;

  document.addEventListener('pointerover', (event) => {
    const target = tipOf(event);
    if (target !== null) show(target);
    else if (event.pointerType === 'mouse') hide();
  });
  // A tap elsewhere hides it.
  document.addEventListener('pointerdown', (event) => {
    const target = tipOf(event);
    if (target === null) hide();
    else show(target);
  });
  document.addEventListener('scroll', hide, { passive: true });
  document.addEventListener('focusout', hide);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
    const plot = document.activeElement;
    if (plot?.classList.contains('plot') !== true) return;
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined) return;
    const tips = [...plot.querySelectorAll('[data-tip]')];
    const from = shown === null ? (step > 0 ? -1 : tips.length) : tips.indexOf(shown);
    const next = tips[Math.max(0, Math.min(tips.length - 1, from + step))];
    if (next === undefined) return;
    event.preventDefault();
    next.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    show(next);
  });
}
