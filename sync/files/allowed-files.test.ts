import { expect, test } from 'vitest';
import { acceptedFiles, acceptedPictures, fileKinds, fitFileName, kindOfFile, refusalOfFile } from './allowed-files.ts';

const megabyte = 1024 * 1024;

test('every kind that the Hub promises to take is in the table, and none that can carry script', () => {
  const promised =
    'pdf docx odt rtf txt xlsx ods csv pptx odp jpg jpeg png webp gif heic tif tiff mp4 mov webm mp3 m4a wav doc xls ppt';
  expect(fileKinds.flatMap(({ extensions }) => extensions).sort()).toEqual(promised.split(' ').sort());
  for (const name of ['a.svg', 'a.html', 'a.docm', 'a.zip', 'a.exe', 'a', '.pdf.js'])
    expect(refusalOfFile({ name, type: '', sizeBytes: 1 }), name).toBe('file-type');
});

test('each group of files has its own limit', () => {
  const at = (name: string, sizeBytes: number) => refusalOfFile({ name, type: '', sizeBytes });
  expect([at('a.png', 25 * megabyte), at('a.png', 25 * megabyte + 1)]).toEqual([undefined, 'file-too-large']);
  expect([at('a.pdf', 50 * megabyte), at('a.pdf', 50 * megabyte + 1)]).toEqual([undefined, 'file-too-large']);
  expect([at('a.MOV', 250 * megabyte), at('a.MOV', 250 * megabyte + 1)]).toEqual([undefined, 'file-too-large']);
  expect(at('a.pdf', 0)).toBe('file-empty');
});

test('a chooser offers what everybody can see at once; HEIC is taken and not offered, so that telephones hand over a JPEG', () => {
  expect(acceptedPictures).toBe('.jpg,.jpeg,.png,.webp,.gif,.tif,.tiff');
  expect(acceptedFiles.split(',')).toEqual(expect.arrayContaining(['.pdf', '.docx', '.jpg', '.mp4']));
  expect(acceptedFiles).not.toContain('heic');
  expect(kindOfFile('zofia.heic')?.group).toBe('picture');
});

test('a browser that says nothing of a type is believed by the name, one that says another type is not', () => {
  expect(refusalOfFile({ name: 'a.heic', type: '', sizeBytes: 1 })).toBeUndefined();
  expect(refusalOfFile({ name: 'a.csv', type: 'application/vnd.ms-excel', sizeBytes: 1 })).toBeUndefined();
  expect(refusalOfFile({ name: 'a.pdf', type: 'text/html', sizeBytes: 1 })).toBe('file-type');
});

test('a name keeps its letters and its end, and loses paths and marks that turn it round', () => {
  expect(fitFileName('D:\\scans\\Zofia’s łódź – 1.pdf')).toBe('Zofia’s łódź – 1.pdf');
  expect(fitFileName('report\u202efdp.exe')).toBe('reportfdp.exe');
  const long = fitFileName(`${'a'.repeat(300)}.pdf`);
  expect([long.length, kindOfFile(long)?.type]).toEqual([200, 'application/pdf']);
});
