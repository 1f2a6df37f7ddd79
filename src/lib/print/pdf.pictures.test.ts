/**
 * Only a picture shows whether letters were really drawn: text extraction reads right from a file that draws nothing.
 * So each script is drawn twice, by the PDF through poppler and by Chromium from the same font file, and the ink compared.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TextMark } from '#sync/model/state.ts';
import { findBrowser, launchOptions } from '#tests/run/browser.ts';
import { pictureOf, readGreyMap, trim, worstMismatch, type Picture } from '#tests/tools/ink.ts';
import { poppler } from '#tests/tools/poppler.ts';
import { printFilePath, readPrintFile, type PrintFile } from '#tests/tools/print-fonts.ts';
import { textWidth } from './pages.ts';
import { outlineToPdf } from './pdf.ts';

interface Sample {
  readonly language: string;
  readonly text: string;
  readonly font: PrintFile;
  /** The same line with one mistake each; every one must be noticed. */
  readonly wrong: readonly string[];
  readonly marks?: readonly TextMark[];
}

const samples: readonly Sample[] = [
  {
    language: 'Polish',
    font: 'noto-sans',
    text: 'Łucja Święchowska-Źródło, gęślą jaźń',
    wrong: ['Łucja Święchowska-Źródo, gęślą jaźń', 'Łucja Swięchowska-Źródło, gęślą jaźń'],
  },
  { language: 'Welsh', font: 'noto-sans', text: 'Siân Ŵyn-Tŷ, Llŷr, ẁ ẃ ẅ ŷ', wrong: ['Siân Ŵyn-Ty, Llŷr, ẁ ẃ ẅ ŷ'] },
  {
    language: 'Turkish',
    font: 'noto-sans',
    text: 'İğdır’lı Çağrı Şükrü Işık',
    wrong: ['Iğdır’lı Çağrı Şükrü Işık', 'İğdır’lı Çağrı Şükrü Işik'],
  },
  {
    language: 'English in bold',
    font: 'noto-sans-bold',
    marks: ['bold'],
    text: 'Needs 1:1 help (twice a day)',
    wrong: ['Needs 1:1 help (twice day)'],
  },
  {
    language: 'English in italic',
    font: 'noto-sans-italic',
    marks: ['italic'],
    text: 'Needs 1:1 help (twice a day)',
    wrong: ['Needs 1:1 hep (twice a day)'],
  },
  {
    language: 'Arabic',
    font: 'noto-sans-arabic',
    text: 'مريم العبد الله (الصف 12) سنة ٢٠١٩، طفلاً',
    wrong: [
      'مريم العبد الله (الصف 21) سنة ٢٠١٩، طفلاً',
      'مريم العبد الله (الصف 12) سنة ٩١٠٢، طفلاً',
      'مريم العبد اله (الصف 12) سنة ٢٠١٩، طفلاً',
      'مريم العبد الله )الصف 12( سنة ٢٠١٩، طفلاً',
    ],
  },
  {
    language: 'Urdu',
    font: 'noto-nastaliq-urdu',
    text: 'میری بیٹی کو پڑھنے میں مشکل ہے (عمر 12 سال)۔',
    wrong: [
      'میری بیٹی کو پڑھنے میں مشکل ہے (عمر 21 سال)۔',
      'میری بیٹی کو پڑھنے میں مشکل ہے (عمر 12 سل)۔',
      'میری بیتی کو پڑھنے میں مشکل ہے (عمر 12 سال)۔',
    ],
  },
  {
    language: 'Bengali',
    font: 'noto-sans-bengali',
    text: 'আমার মেয়ে শ্রীমতী লক্ষ্মী বিদ্যালয়ে যায় (ক্লাস ৩)।',
    wrong: ['আমার মেয়ে শ্রীমতী লক্ষ্মী বিদ্যালয়ে যায় (কলাস ৩)।', 'আমার মেয়ে শ্রীমতী লক্ষ্মী বিদ্যালয়ে যা (ক্লাস ৩)।'],
  },
  {
    language: 'Punjabi',
    font: 'noto-sans-gurmukhi',
    text: 'ਮੇਰੀ ਧੀ ਪ੍ਰਾਇਮਰੀ ਸਕੂਲ ਵਿੱਚ ਪੜ੍ਹਦੀ ਹੈ।',
    wrong: ['ਮੇਰੀ ਧੀ ਪਰਾਇਮਰੀ ਸਕੂਲ ਵਿੱਚ ਪੜ੍ਹਦੀ ਹੈ।', 'ਮੇਰੀ ਧੀ ਪ੍ਰਾਇਮਰੀ ਸਕੂਲ ਵਿਚ ਪੜ੍ਹਦੀ ਹੈ।'],
  },
  {
    language: 'Chinese',
    font: 'noto-sans-sc',
    text: '我的女儿叫李小明（八岁），喜欢画画。',
    wrong: ['我的女儿叫李小明（八岁），喜欢画。', '我的女儿叫李小明（入岁），喜欢画画。'],
  },
];

/** Right drawings stay below 0.003; the slightest of the mistakes above, a dot on an i, reaches 0.009 and a lost letter 0.2. */
const threshold = 0.006;
const dotsPerInch = 192;
/** The largest text that a writer may choose: 24 pixels beside a body of 16, which is 11 points. */
const points = 16.5;
const pixels = (points * dotsPerInch) / 72;

let browser: Browser;
let page: Page;
let folder: string;

beforeAll(async () => {
  findBrowser();
  const options = launchOptions();
  browser = await chromium.launch({
    ...options,
    args: [...options.args, '--font-render-hinting=none', '--disable-lcd-text'],
  });
  page = await browser.newPage({ viewport: { width: 1600, height: 400 } });
  await page.route('http://fonts.invalid/*', async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1) as PrintFile;
    await route.fulfill({ body: await readFile(printFilePath(name)), headers: { 'access-control-allow-origin': '*' } });
  });
  folder = await mkdtemp(join(tmpdir(), 'pictures-'));
}, 120_000);

afterAll(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true });
});

test.each(samples)('$language stands in the PDF as Chromium draws it', async ({ text, font, wrong, marks }) => {
  const drawn = await drawnByChromium(text, font);
  expect(worstMismatch(await drawnByPdf(text, marks), drawn, pixels)).toBeLessThan(threshold);
  for (const mistake of wrong) {
    expect(worstMismatch(await drawnByPdf(mistake, marks), drawn, pixels), mistake).toBeGreaterThan(threshold);
  }
});

test('a long Arabic paragraph breaks into the lines, and runs in the order, that Chromium shows', async () => {
  const text =
    'تحب ابنتي الرسم وبناء الأبراج، وعندما تكون الغرفة صاخبة (أكثر من 20 طفلاً) تختبئ تحت الطاولة. رقم الهاتف هو 07700 900123 للتواصل معنا.';
  const drawn = await drawnByChromium(text, 'noto-sans-arabic', {
    width: (textWidth * dotsPerInch) / 72,
    lineHeight: 1.75,
  });
  const reversed = await drawnByPdf(text.replace('20', '02'));
  expect(worstMismatch(await drawnByPdf(text), drawn, pixels)).toBeLessThan(threshold);
  expect(worstMismatch(reversed, drawn, pixels)).toBeGreaterThan(threshold);
});

test('a character that no font has is drawn as a box', async () => {
  const [without, withBox] = await Promise.all([drawnByPdf('Sunny'), drawnByPdf('Sunny 😀')]);
  expect(withBox.width - without.width).toBeGreaterThan(pixels / 2);
});

/** The outline has no title, heading or label, so that the only ink above the page number is the sample's. */
async function drawnByPdf(text: string, marks: readonly TextMark[] = []): Promise<Picture> {
  const bytes = await outlineToPdf(
    {
      title: '',
      facts: [],
      sections: [
        {
          key: 'only',
          title: '',
          nodes: [{ kind: 'text', label: '', tree: [{ type: 'paragraph', runs: [{ text, marks, size: 24 }] }] }],
        },
      ],
    },
    readPrintFile,
  );
  const file = join(folder, `${crypto.randomUUID()}.pdf`);
  await writeFile(file, bytes);
  const picture = readGreyMap(await poppler('pdftoppm', ['-gray', '-r', String(dotsPerInch), '-singlefile', file]));
  return trim(picture, picture.height - dotsPerInch);
}

async function drawnByChromium(
  text: string,
  font: PrintFile,
  box?: { width: number; lineHeight: number },
): Promise<Picture> {
  await page.setContent(
    `<style>@font-face { font-family: sample; src: url(http://fonts.invalid/${font}) }
    body { margin: 60px; background: white; color: #0b0c0c } p { margin: 0; font: ${pixels}px/${box?.lineHeight ?? 3} sample; ${box ? `width: ${box.width}px` : 'white-space: nowrap'}; text-rendering: geometricPrecision; text-spacing-trim: space-all }</style>
    <p dir="auto"></p>`,
  );
  await page.locator('p').evaluate((line, words) => {
    line.textContent = words;
  }, text);
  await page.evaluate(() => document.fonts.load('20px sample'));
  const png = (await page.screenshot()).toString('base64');
  const { grey, width, height } = await page.evaluate(async (data) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
    if (!canvas) throw new Error('This browser has no canvas.');
    canvas.drawImage(image, 0, 0);
    const { data: colours } = canvas.getImageData(0, 0, image.width, image.height);
    let levels = '';
    for (let i = 0; i < colours.length; i += 4) levels += String.fromCharCode(colours[i] ?? 255);
    return { grey: btoa(levels), width: image.width, height: image.height };
  }, png);
  return trim(pictureOf(Buffer.from(grey, 'base64'), width, height));
}
