/** Hands a file to the person as a download, under the name that it was added with. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the file after the click has returned, and says nothing when it is done.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
