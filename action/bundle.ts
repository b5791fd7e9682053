import type { Git } from './git.ts'

/** A git bundle of exactly one branch on exactly one commit that the other side has. */
export type BundleHead = { start: string; head: string; pack: Buffer }

const BRANCH = 'refs/heads/attempt'

/** Packs what `head` has beyond `start`. */
export async function writeBundle(git: Git, range: { start: string; head: string }): Promise<Buffer> {
  await git.run(['update-ref', BRANCH, range.head])
  return git.run(['bundle', 'create', '--quiet', '--version=2', '-', `${range.start}..${BRANCH}`])
}

/** Reads the header by hand: no name in it is ever used. Null when it has another shape than `writeBundle` gives. */
export function readBundle(bundle: Buffer): BundleHead | null {
  const gap = bundle.subarray(0, 4096).indexOf('\n\n')
  if (gap < 0) return null
  const [signature, ...lines] = bundle.toString('utf8', 0, gap).split('\n')
  const starts = lines.filter(line => line.startsWith('-'))
  const heads = lines.filter(line => !line.startsWith('-'))
  const start = /^-([0-9a-f]{40})(?: .*)?$/.exec(starts[0] ?? '')?.[1]
  const head = /^([0-9a-f]{40}) refs\/heads\/attempt$/.exec(heads[0] ?? '')?.[1]
  if (signature !== '# v2 git bundle' || starts.length !== 1 || heads.length !== 1) return null
  return start === undefined || head === undefined ? null : { start, head, pack: bundle.subarray(gap + 2) }
}

/**
 * Takes the pack's objects into the repository. git checks every object (fsck, with warnings as errors) and that all
 * links lead somewhere. Throws GitFailure.
 */
export async function takePack(git: Git, pack: Buffer, maxBytes: number): Promise<void> {
  const limits = [`--max-input-size=${maxBytes}`, '--threads=1']
  await git.run(['index-pack', '--stdin', '--fix-thin', '--strict', ...limits], { input: pack })
}
