/**
 * Pasted markup without its looks: bold, italic, underline, strike and lists stay, colours and fonts go. Word processors
 * say bold by a style, and one of them wraps everything in a `b` that is not bold. The page's policy refuses style
 * attributes and handlers even while parsing, so they are renamed first; styles are read as words.
 */
const aside = 'data-pasted-style';

export function plainPaste(html: string): string {
  const renamed = html.replace(/<[a-z][^>]*>/gi, (tag) =>
    tag.replace(/\sstyle\s*=/gi, ` ${aside}=`).replace(/[\s/]on[a-z]+\s*=/gi, ' data-gone='),
  );
  const pasted = new DOMParser().parseFromString(renamed, 'text/html');
  for (const gone of pasted.querySelectorAll('style, script, meta, link, title')) gone.remove();
  // Inner ones first: what is wrapped or unwrapped outside keeps what was done inside.
  for (const element of [...pasted.body.querySelectorAll(`[${aside}]`)].reverse()) {
    const style = (element.getAttribute(aside) ?? '').toLowerCase();
    element.removeAttribute(aside);
    if (/^(b|strong)$/i.test(element.tagName) && /font-weight:\s*(normal|[1-4]00)/.test(style)) {
      element.replaceWith(...element.childNodes);
      continue;
    }
    for (const [pattern, tag] of marks) if (pattern.test(style)) wrapContents(element, tag);
  }
  return pasted.body.innerHTML;
}

const marks: readonly (readonly [RegExp, string])[] = [
  [/font-weight:\s*(bold|bolder|[6-9]00)/, 'strong'],
  [/font-style:\s*(italic|oblique)/, 'em'],
  [/text-decoration(-line)?:[^;]*underline/, 'u'],
  [/text-decoration(-line)?:[^;]*line-through/, 's'],
];

/** Only around words: a mark around a whole list or table would be lost with it. */
function wrapContents(element: Element, tag: string): void {
  if (element.querySelector('p, ul, ol, li, table, div') !== null) return;
  const mark = element.ownerDocument.createElement(tag);
  mark.append(...element.childNodes);
  element.append(mark);
}
