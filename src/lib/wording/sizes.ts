/** Sizes of files as people read them: «340 KB», «2.4 MB». */
export function bytesInWords(bytes: number): string {
  if (bytes < kilobyte) return `${String(bytes)} bytes`;
  if (bytes < kilobyte * kilobyte) return `${String(Math.round(bytes / kilobyte))} KB`;
  return `${(bytes / kilobyte / kilobyte).toFixed(1)} MB`;
}
const kilobyte = 1024;
