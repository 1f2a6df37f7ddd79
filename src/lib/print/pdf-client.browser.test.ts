import { expect, test } from 'vitest';
import type { Outline } from '#sync/print/outline-type.ts';
import { downloadPdf, makePdf, plainName } from './pdf-client.ts';

const outline: Outline = {
  title: 'Request',
  facts: [],
  sections: [
    {
      key: 'names',
      title: 'Names',
      nodes: [
        { kind: 'answer', label: 'Names', lines: ['Łucja', 'مريم (12)', 'میری بیٹی', 'লক্ষ্মী', 'ਪੜ੍ਹਦੀ', '李小明'] },
      ],
    },
  ],
};

test('a worker in the browser writes a whole PDF in every script', async () => {
  const made = await makePdf(outline);
  if (!made.ok) throw new Error(`The worker answered ${made.reason}.`);
  const text = new TextDecoder('latin1').decode(made.bytes);
  expect(text.startsWith('%PDF-1.7')).toBe(true);
  expect(text.trimEnd().endsWith('%%EOF')).toBe(true);
  expect(made.bytes.byteLength).toBeGreaterThan(15_000);
  expect(made.bytes.byteLength).toBeLessThan(80_000);
});

test('the download carries a plain name and the PDF', async () => {
  const clicked = new Promise<HTMLAnchorElement>((resolve) => {
    document.addEventListener('click', (event) => event.preventDefault(), { once: true });
    HTMLAnchorElement.prototype.click = function () {
      resolve(this);
    };
  });
  expect(await downloadPdf(outline, 'Request EHC/26/0001')).toEqual({ ok: true });
  const link = await clicked;
  expect(link.download).toBe('request-ehc-26-0001.pdf');
  expect((await (await fetch(link.href)).blob()).type).toBe('application/pdf');
});

test('a name of a file is made of letters, digits and hyphens, and is never empty', () => {
  expect(plainName('draft.pdf')).toBe('draft.pdf');
  expect(plainName('../Żółć/a b')).toBe('a-b.pdf');
  expect(plainName('مريم')).toBe('document.pdf');
});
