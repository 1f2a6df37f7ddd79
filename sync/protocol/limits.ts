/** How much one request may carry. Apart from the schemas, so that a device can know them without the schema library. */
export const editsPerPushMax = 500;
/** Bytes of JSON after decompression. */
export const pushBytesMax = 1024 * 1024;
export const jsonDepthMax = 20;
