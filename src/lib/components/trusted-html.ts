/**
 * Where Trusted Types are required, markup made by a library passes here first: the policy `default` takes out whatever
 * could run or reach out. Loaded with the editor and with long lists alone; until then no markup of any text is taken.
 */
import DOMPurify from 'dompurify';

interface Rules {
  createHTML(markup: string): string;
}
let isMade = false;

export function cleanLibraryMarkup(): void {
  const { trustedTypes } = globalThis as {
    trustedTypes?: { createPolicy(name: 'default', rules: Rules): unknown };
  };
  // A second policy of one name is refused, and one is enough for a page.
  if (isMade || trustedTypes === undefined) return;
  isMade = true;
  trustedTypes.createPolicy('default', { createHTML: cleanMarkup });
}

/** No forms, no foreign addresses, no styles: what the editor can hold and what a list shows need none of them. */
export const cleanMarkup = (markup: string): string =>
  DOMPurify.sanitize(markup, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: ['style', 'form', 'input', 'button', 'textarea', 'select', 'img', 'picture', 'video', 'audio'],
    FORBID_ATTR: ['style', 'href', 'src', 'srcset', 'background', 'action'],
  });
