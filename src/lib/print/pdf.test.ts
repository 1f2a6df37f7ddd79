import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDict, PDFDocument, PDFString, PDFName } from 'pdf-lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outline, OutlineNode } from '#sync/print/outline-type.ts';
import { poppler } from '#tests/tools/poppler.ts';
import { readPrintFile, type PrintFile } from '#tests/tools/print-fonts.ts';
import { outlineToPdf } from './pdf.ts';

const title = 'Request for a needs assessment';
const spoken = {
  Polish: 'Zażółć gęślą jaźń, Łucja Święchowska-Źródło',
  Welsh: 'Siân Ŵyn-Tŷ, Llŷr, ẁ ẃ ẅ ŷ',
  Turkish: 'İğdır’lı Çağrı Şükrü Işık',
  Arabic: 'مريم العبد الله (الصف 12) سنة ٢٠١٩، هاتف 07700 900123.',
  Urdu: 'میری بیٹی کو پڑھنے میں مشکل ہے (عمر 12 سال)۔',
  Bengali: 'আমার মেয়ে শ্রীমতী লক্ষ্মী বিদ্যালয়ে যায় (ক্লাস 3)।',
  Punjabi: 'ਮੇਰੀ ਧੀ ਪ੍ਰਾਇਮਰੀ ਸਕੂਲ ਵਿੱਚ ਪੜ੍ਹਦੀ ਹੈ।',
  Chinese: '我的女儿叫李小明（八岁），喜欢画画。',
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pdf-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('what a screen reader meets', () => {
  test.each(Object.entries(spoken))('%s is heard in the order in which it was written', async (_, text) => {
    const tree = await tags(outline([{ kind: 'answer', label: 'Name', lines: [text] }]));
    expect(tree.map((line) => line.text).join('')).toContain(text);
  });

  test('headings, answers, lists and facts keep their place and their kind', async () => {
    const tree = await tags({
      title,
      facts: [{ label: 'Case number', text: 'EHC/26/0001' }],
      sections: [
        {
          key: 'views',
          title: 'Views',
          nodes: [
            { kind: 'answer', label: 'Preferred name', lines: ['Ana', 'Annie'] },
            {
              kind: 'text',
              label: 'What works',
              tree: [
                {
                  type: 'paragraph',
                  runs: [
                    { text: 'Calm ' },
                    { text: 'rooms', marks: ['bold', 'italic', 'underline', 'strike'], size: 24 },
                  ],
                },
                {
                  type: 'bullets',
                  items: [
                    [
                      { type: 'paragraph', runs: [{ text: 'Drawing' }] },
                      { type: 'numbers', items: [[{ type: 'paragraph', runs: [{ text: 'with chalk' }] }], []] },
                    ],
                  ],
                },
              ],
            },
            { kind: 'group', title: 'Contact 1', nodes: [{ kind: 'answer', label: 'Telephone', lines: [] }] },
            { kind: 'note', text: 'Kept as it was sent.' },
          ],
        },
      ],
    });
    expect(tree.map(({ path, text }) => `${path}: ${text.trim()}`)).toEqual([
      'Document/H1: Request for a needs assessment',
      'Document/L/LI/Lbl: Case number',
      'Document/L/LI/LBody: EHC/26/0001',
      'Document/Sect/H2: Views',
      'Document/Sect/P: Preferred name',
      'Document/Sect/P: Ana',
      'Document/Sect/P: Annie',
      'Document/Sect/P: What works',
      'Document/Sect/P: Calm rooms',
      'Document/Sect/L/LI/Lbl: •',
      'Document/Sect/L/LI/LBody/P: Drawing',
      'Document/Sect/L/LI/LBody/L/LI/Lbl: 1.',
      'Document/Sect/L/LI/LBody/L/LI/LBody/P: with chalk',
      'Document/Sect/L/LI/LBody/L/LI/Lbl: 2.',
      'Document/Sect/Sect/H3: Contact 1',
      'Document/Sect/Sect/P: Telephone',
      'Document/Sect/Sect/P: Not answered',
      'Document/Sect/P: Kept as it was sent.',
    ]);
  });

  test('a name in another language is announced in that language', async () => {
    const tree = await tags(outline([{ kind: 'answer', label: 'Name', lines: ['Her name is مريم (Maryam).'] }]));
    const path = 'Document/Sect/P';
    expect(tree.slice(-3)).toEqual([
      { path, text: 'Her name is ' },
      { path: `${path}/Span`, text: 'مريم' },
      { path, text: ' (Maryam).' },
    ]);
  });
});

describe('what a person copies', () => {
  test.each(Object.entries(spoken))('%s reads as it was written', async (_, text) => {
    const { copied } = await printed(outline([{ kind: 'answer', label: 'Name', lines: [text] }]));
    // pdftotext sorts runs of a right-to-left line by their place; each word must be whole and in its own order.
    for (const word of text.split(/[\s()،۔.,]+/).filter(Boolean)) expect(copied).toContain(word);
  });

  test('a character that no font has can still be copied', async () => {
    const { copied } = await printed(outline([{ kind: 'answer', label: 'Name', lines: ['Sunny 😀 தமிழ்'] }]));
    expect(copied).toContain('Sunny 😀 தமிழ்');
  });

  test('a word longer than the line goes on in the next, whole', async () => {
    const word = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(3);
    const { copied } = await printed(outline([{ kind: 'answer', label: 'Word', lines: [word] }]));
    expect(copied.replaceAll('\n', '')).toContain(word);
  });
});

describe('the document', () => {
  test('is tagged, in British English, on A4, and says its title instead of its file name', async () => {
    const { info, bytes } = await printed(outline([]));
    expect(info).toMatch(/Title: +Request for a needs assessment/);
    expect(info).toMatch(/Tagged: +yes/);
    expect(info).toMatch(/Page size: .*A4/);
    const { catalog } = await PDFDocument.load(bytes, { updateMetadata: false });
    expect(catalog.lookup(PDFName.of('Lang'), PDFString).decodeText()).toBe('en-GB');
    expect(String(catalog.lookup(PDFName.of('ViewerPreferences')))).toContain('/DisplayDocTitle true');
    expect(String(catalog.lookup(PDFName.of('MarkInfo')))).toContain('/Marked true');
    expect(catalog.lookup(PDFName.of('StructTreeRoot'), PDFDict).has(PDFName.of('ParentTree'))).toBe(true);
  });

  test('tells neither when nor by what program it was made', async () => {
    const { info } = await printed(outline([]));
    expect(info).not.toMatch(/Producer|CreationDate|ModDate|Author/);
  });

  test('numbers its pages and repeats its title from the second on', async () => {
    const { pages } = await printed(
      outline(Array.from({ length: 90 }, (_, i) => ({ kind: 'answer', label: `Question ${i}`, lines: ['Yes'] }))),
    );
    expect(pages.length).toBeGreaterThan(2);
    pages.forEach((page, index) => {
      expect(page).toContain(`Page ${index + 1} of ${pages.length}`);
      expect(page.split(title)).toHaveLength(2);
    });
  });

  test('asks only for the fonts of the scripts and styles in it', async () => {
    const asked: PrintFile[] = [];
    const source = (name: PrintFile) => {
      asked.push(name);
      return readPrintFile(name);
    };
    await outlineToPdf(outline([{ kind: 'answer', label: 'Name', lines: ['Łucja'] }]), source);
    expect(asked.toSorted()).toEqual(['noto-sans', 'noto-sans-bold', 'subsetter']);
    asked.length = 0;
    await outlineToPdf(outline([{ kind: 'answer', label: 'Name', lines: ['李小明'] }]), source);
    expect(asked).toContain('noto-sans-sc');
    expect(asked).not.toContain('noto-sans-arabic');
  });

  test('is not made at all when a font that it needs cannot be had', async () => {
    const source = (name: PrintFile) =>
      name === 'noto-sans-sc' ? Promise.reject(new Error('offline')) : readPrintFile(name);
    await expect(outlineToPdf(outline([{ kind: 'answer', label: 'Name', lines: ['李小明'] }]), source)).rejects.toThrow(
      'offline',
    );
  });

  test('takes words that are not well formed, control characters and nothing at all', async () => {
    const { copied } = await printed(
      outline([{ kind: 'answer', label: '', lines: ['half \ud83d, tab\there,\u0001 break\nhere', ''] }]),
    );
    expect(copied).toContain('tab here');
  });
});

function outline(nodes: readonly OutlineNode[]): Outline {
  return { title, facts: [], sections: [{ key: 'only', title: 'Section', nodes }] };
}

async function printed(what: Outline) {
  const file = join(folder, `${crypto.randomUUID()}.pdf`);
  const bytes = await outlineToPdf(what, readPrintFile);
  await writeFile(file, bytes);
  const [info, text] = await Promise.all([poppler('pdfinfo', [file]), poppler('pdftotext', [file, '-'])]);
  // Marks of direction that pdftotext adds of its own accord.
  const copied = text.toString('utf8').replaceAll(/[\u202a-\u202e]/g, '');
  return { file, info: info.toString('utf8'), copied, pages: copied.split('\f').slice(0, -1), bytes };
}

/** The structure tree as rows of text, each with the elements that it lies in; inline elements too. */
async function tags(what: Outline): Promise<{ path: string; text: string }[]> {
  const { file } = await printed(what);
  const open: string[] = [];
  const rows: { path: string; text: string }[] = [];
  for (const line of (await poppler('pdfinfo', ['-struct-text', file])).toString('utf8').split('\n')) {
    const depth = /^ */.exec(line)?.[0].length ?? 0;
    const element = /^([A-Z]\w*)( \((block|inline)\).*)?$/.exec(line.trim());
    const text = /^"(.*)"$/.exec(line.trim());
    if (element?.[1]) open.splice(depth / 2, Infinity, element[1]);
    else if (text?.[1] !== undefined) {
      const path = open.slice(0, depth / 2).join('/');
      const last = rows.at(-1);
      if (last?.path === path && !/\bP$|\bLBody$|\bLbl$/.test(path)) last.text += text[1];
      else rows.push({ path, text: text[1] });
    }
  }
  return rows;
}
