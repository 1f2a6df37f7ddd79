/**
 * Writes an outline as a tagged A4 PDF. It promises that every character of the outline is drawn or shown as a visible
 * box, in the order in which its script is read, and that copied or spoken text is the text that was written.
 */
import { PDFDocument, PDFName, type PDFRef } from 'pdf-lib';
import type { Outline } from '#sync/print/outline-type.ts';
import { blocksOf } from './blocks.ts';
import { drawRun } from './drawing.ts';
import { openFontBook, type FontBook } from './embedding.ts';
import { loadFonts, type Fonts, type FontSource, type Style } from './fonts.ts';
import { layLines, type Line } from './lines.ts';
import { layPages, paper, textWidth, type PlacedLine } from './pages.ts';
import { makeSubsetter } from './subsetting.ts';
import { addTag, writeTags, type Tag } from './tags.ts';

export async function outlineToPdf(outline: Outline, source: FontSource): Promise<Uint8Array> {
  const { blocks, root } = blocksOf(outline);
  const spans = blocks.flatMap((block) => [...block.spans, ...(block.beside?.spans ?? [])]);
  const [fonts, cut] = await Promise.all([
    loadFonts([...spans, { text: outline.title, style: small }], source),
    source('subsetter').then(makeSubsetter),
  ]);
  const pages = layPages(blocks, fonts);
  const book = openFontBook();
  const contents = pages.map((lines, index) => [
    ...drawTagged(lines, index, book),
    ...(index ? drawArtifact('Header', runningTitle(outline.title, fonts), paper.height - 42, book) : []),
    ...drawArtifact('Footer', oneLine(`Page ${index + 1} of ${pages.length}`, fonts), 36, book),
  ]);

  // Without this the file would carry the time at which it was made and the name of a library.
  const document = await PDFDocument.create({ updateMetadata: false });
  const { context, catalog } = document;
  document.setTitle(outline.title.toWellFormed(), { showInWindowTitleBar: true });
  document.setLanguage('en-GB');
  document.setCreator('EHC Hub');
  const resources = book.write(context, cut);
  const pageRefs: PDFRef[] = contents.map((operators, index) => {
    const page = document.addPage([paper.width, paper.height]);
    page.node.set(PDFName.of('Resources'), resources);
    page.node.set(PDFName.of('Contents'), context.register(context.flateStream(operators.join('\n'))));
    page.node.set(PDFName.of('StructParents'), context.obj(index));
    page.node.set(PDFName.of('Tabs'), PDFName.of('S'));
    return page.ref;
  });
  catalog.set(PDFName.of('MarkInfo'), context.obj({ Marked: true }));
  catalog.set(PDFName.of('StructTreeRoot'), writeTags(context, root, pageRefs));
  return document.save();
}

const small: Style = { size: 9, quiet: true };

/** Neighbouring runs of one element and language share one mark; another language is named for the screen reader's voice. */
function drawTagged(lines: readonly PlacedLine[], page: number, book: FontBook): string[] {
  const operators: string[] = [];
  let open: { tag: Tag; language: string | undefined } | undefined;
  let id = 0;
  for (const { tag, line, x, y } of lines) {
    for (const run of line.runs) {
      if (tag !== open?.tag || run.language !== open.language) {
        if (open) operators.push('EMC');
        open = { tag, language: run.language };
        const marked = run.language ? addTag(tag, 'Span', run.language) : tag;
        operators.push(`/${marked.role} << /MCID ${id} >> BDC`);
        marked.kids.push({ page, id: id++ });
      }
      operators.push(...drawRun(run, line, x, y, book));
    }
  }
  return open ? [...operators, 'EMC'] : operators;
}

/** What stands on every page is no part of the text: a screen reader passes over it. */
function drawArtifact(kind: 'Header' | 'Footer', line: Line, y: number, book: FontBook): string[] {
  const x = paper.side + (kind === 'Header' ? 0 : (textWidth - line.width) / 2);
  const edge = kind === 'Header' ? 'Top' : 'Bottom';
  return [
    `/Artifact << /Type /Pagination /Subtype /${kind} /Attached [/${edge}] >> BDC`,
    ...line.runs.flatMap((run) => drawRun(run, line, x, y, book)),
    'EMC',
  ];
}

function runningTitle(title: string, fonts: Fonts): Line {
  const [first, second] = layLines([{ text: title, style: small }], textWidth, fonts);
  if (first && !second) return first;
  let length = title.length;
  let line: Line | undefined;
  while (length > 0 && (!line || line.width > textWidth))
    line = layLines([{ text: `${title.slice(0, (length -= 4)).trimEnd()}…`, style: small }], 10 * textWidth, fonts)[0];
  return line ?? oneLine('', fonts);
}

function oneLine(text: string, fonts: Fonts): Line {
  const [line] = layLines([{ text, style: small }], textWidth, fonts);
  if (!line) throw new Error('A text has at least one line.');
  return line;
}
