import type { PageProject } from '../../page-data.ts';
import { h, type Content, type PageElement } from '../element.ts';
import { toFragment, type PageState } from '../page-state.ts';

/** Returns a link to the page of a project. It keeps what the reader chose. */
export const projectLink = ({ id, name }: PageProject, state: PageState): PageElement =>
  h('a.project', { href: toFragment({ ...state, project: id }) }, name);

/** Returns links to the directory of a project in the editor, and to its remote repository. */
export const outsideLinks = (project: PageProject): Content => {
  const { name, path, remote } = project;
  const editor = editorAddress(path);
  return [
    editor === null || project.state === 'missing'
      ? null
      : h(
          'a.out',
          {
            href: editor,
            'aria-label': `Open ${name} in the editor Visual Studio Code`,
          },
          'editor',
        ),
    remote === undefined
      ? null
      : h(
          'a.out',
          {
            href: remote,
            rel: 'noreferrer',
            'aria-label': `Open the remote repository of ${name}`,
          },
          'remote',
        ),
  ];
};

/** Returns the address that opens a directory in Visual Studio Code; null for a path that is not absolute. */
export function editorAddress(path: string): string | null {
  if (!/^(?:\/|[a-z]:[\\/])/i.test(path)) return null;
  const parts = path.replaceAll('\\', '/').split('/').map(encodeURIComponent);
  return `vscode://file/${parts
    .join('/')
    .replace(/^\//, '')
    .replace(/^([a-z])%3A/i, '$1:')}`;
}
