/**
 * The wire's version and its history. A test hashes the schemas of this folder: they cannot change without a new line.
 *
 * | version | what changed |
 * | 1       | the first: one request for push and pull, state as changes, an opaque cursor |
 * | 2       | a server that was put back: names its history, takes edits and commands again, says what is in a backup |
 * |         | presence: a device says in which section its person writes, and its stream says who else does |
 * |         | frames travel by column, and are packed where that makes them shorter |
 * | 3       | lists that are the same for all of a role come by page, beside the changes and outside of the manifest |
 * | 4       | a device notes that somebody opened a document, and families are told who did |
 */
export const protocolVersion = 4;
/** The oldest version that the server still answers. */
export const oldestProtocolVersion = 1;
