/** The structure that a screen reader walks: headings, paragraphs and lists, each pointing at its marked stretch of a page. */
import { PDFName, PDFNumber, PDFString, type PDFContext, type PDFRef } from 'pdf-lib';

export type Role =
  'Document' | 'Sect' | 'H1' | 'H2' | 'H3' | 'H4' | 'H5' | 'H6' | 'P' | 'L' | 'LI' | 'Lbl' | 'LBody' | 'Span';
/** A marked stretch of a page; a paragraph over two pages has one on each. */
export interface Mark {
  readonly page: number;
  readonly id: number;
}
export interface Tag {
  readonly role: Role;
  readonly language?: string;
  /** In the order of reading. */
  readonly kids: (Tag | Mark)[];
}

export function addTag(parent: Tag, role: Role, language?: string): Tag {
  const tag = makeTag(role, language);
  parent.kids.push(tag);
  return tag;
}

export const makeTag = (role: Role, language?: string): Tag => ({ role, kids: [], ...(language ? { language } : {}) });

/** Writes the tree and returns its root; each page's `StructParents` is its own number. */
export function writeTags(context: PDFContext, root: Tag, pages: readonly PDFRef[]): PDFRef {
  const rootRef = context.nextRef();
  /** By page, the element that each marked stretch belongs to. */
  const parents: PDFRef[][] = pages.map(() => []);

  function write(tag: Tag, parent: PDFRef): PDFRef | undefined {
    const ref = context.nextRef();
    const kids = tag.kids.flatMap((kid) => ('role' in kid ? (write(kid, ref) ?? []) : writeMark(kid, ref)));
    // An element that shows nothing would be read out as an empty paragraph.
    if (!kids.length) return undefined;
    const element = context.obj({ Type: 'StructElem', S: tag.role, P: parent, K: kids });
    if (tag.role === 'L') element.set(PDFName.of('A'), context.obj({ O: 'List', ListNumbering: 'None' }));
    if (tag.language) element.set(PDFName.of('Lang'), PDFString.of(tag.language));
    context.assign(ref, element);
    return ref;
  }

  function writeMark({ page, id }: Mark, owner: PDFRef) {
    const pageRef = pages[page];
    const parentsOfPage = parents[page];
    if (!pageRef || !parentsOfPage) throw new Error('A tag points at a page of the document.');
    parentsOfPage[id] = owner;
    return context.obj({ Type: 'MCR', Pg: pageRef, MCID: id });
  }

  const top = write(root, rootRef);
  const numbers = parents.flatMap((refs, page) => [PDFNumber.of(page), context.register(context.obj(refs))]);
  context.assign(
    rootRef,
    context.obj({
      Type: 'StructTreeRoot',
      K: top ? [top] : [],
      ParentTree: context.register(context.obj({ Nums: numbers })),
      ParentTreeNextKey: pages.length,
    }),
  );
  return rootRef;
}
