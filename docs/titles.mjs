// A page of the reference has its title from typedoc: the one in the README that follows would say it again.
import { RendererEvent } from 'typedoc';

/** Plugin of typedoc: takes the first heading from the README of the site, and of each package. */
export function load({ renderer }) {
  renderer.on(RendererEvent.BEGIN, ({ project }) => {
    for (const { readme } of [project, ...(project.children ?? [])]) {
      const first = readme?.[0];
      if (first?.kind === 'text') first.text = first.text.replace(/^# .*\n+/, '');
    }
  });
}
