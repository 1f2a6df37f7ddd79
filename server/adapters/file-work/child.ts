/**
 * The process that looks into one file: its bytes come in, a copy goes out, and how it ended says what was found. It
 * has no environment, no rights to write or to start anything, and where the machine allows no network.
 */
import { pipeline } from 'node:stream/promises';
import { faults, type WorkFault, type WorkJob } from './file-work.ts';

process.exitCode = await work(process.argv[2] as WorkJob);

async function work(job: WorkJob): Promise<number> {
  try {
    const found = await lookInto(job, Buffer.concat((await process.stdin.toArray()) as Buffer[]));
    if (typeof found === 'string') return faults[found];
    await pipeline([found], process.stdout);
    return 0;
  } catch (error) {
    // So says the engine when a file asks for more memory than may be had.
    if (error instanceof RangeError) return faults['too-much'];
    throw error;
  }
}

/** Each is fetched only when it is needed: a document has nothing to do with the decoders of pictures. */
async function lookInto(job: WorkJob, bytes: Buffer): Promise<Buffer | WorkFault> {
  if (job !== 'container') return (await import('./picture.ts')).copyPicture(job, bytes);
  return (await (await import('./container.ts')).faultOfContainer(bytes)) ?? Buffer.alloc(0);
}
