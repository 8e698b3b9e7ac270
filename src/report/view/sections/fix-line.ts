import { h, type PageElement } from '../element.ts';

/** Renders a command that fixes something, with a button that copies it. Without scripts, the button is hidden. */
export const fixLine = (command: string): PageElement =>
  h(
    'span.fix',
    h('code', command),
    h(
      'button',
      { type: 'button', class: 'copy', 'data-copy': command, 'aria-label': `Copy ${command}` },
      'Copy',
    ),
  );
