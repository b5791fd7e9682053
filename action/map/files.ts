import type { Git } from '../git.ts'

/** A file of a tree. */
export type MapFile = { path: string; blob: string; bytes: number }

/** All plain files of a tree, or of one folder of it, in the order of their paths; links and submodules are none. */
export async function listFiles(git: Git, tree: string, folder?: string): Promise<MapFile[]> {
  const only = folder === undefined ? [] : ['--', folder]
  const listed = (await git.run(['ls-tree', '-r', '-z', '--long', tree, ...only])).toString('utf8')
  return listed.split('\0').flatMap(entry => {
    const match = /^100\d{3} blob ([0-9a-f]+) +(\d+)\t([\s\S]*)$/.exec(entry)
    if (match === null) return []
    return { blob: match[1]!, bytes: Number(match[2]), path: match[3]! }
  })
}

const BATCH_BYTES = 32 * 1024 * 1024

/** Texts of files, a batch at a time: a tree may be larger than memory. */
export async function* readFiles(
  git: Git,
  files: readonly MapFile[],
): AsyncGenerator<{ file: MapFile; text: string }> {
  let batch: MapFile[] = []
  let bytes = 0
  for (const file of files) {
    batch.push(file)
    bytes += file.bytes
    if (bytes < BATCH_BYTES) continue
    yield* readBatch(git, batch)
    batch = []
    bytes = 0
  }
  if (batch.length > 0) yield* readBatch(git, batch)
}

async function* readBatch(
  git: Git,
  files: readonly MapFile[],
): AsyncGenerator<{ file: MapFile; text: string }> {
  const input = files.map(file => `${file.blob}\n`).join('')
  const answer = await git.run(['cat-file', '--batch'], { input })
  let at = 0
  for (const file of files) {
    // "<sha> blob <size>", the contents, a line's end.
    const from = answer.indexOf(10, at) + 1
    yield { file, text: answer.subarray(from, from + file.bytes).toString('utf8') }
    at = from + file.bytes + 1
  }
}
