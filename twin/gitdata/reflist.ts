import { gitText } from '../git.ts'
import type { Repo } from '../state.ts'

export type Listed = { ref: string; sha: string; type: string }

/** By repository: its refs, read once and kept in step by the one door through which they move (refs.ts). */
const known = new WeakMap<Repo, Promise<Map<string, Listed>>>()

/** By name. */
export async function allRefs(repo: Repo): Promise<Listed[]> {
  const refs = await keep(repo, known.get(repo) ?? load(repo))
  return [...refs.values()].sort((a, b) => (a.ref < b.ref ? -1 : 1))
}

export async function allBranches(repo: Repo): Promise<Listed[]> {
  return (await allRefs(repo)).filter(({ ref }) => ref.startsWith('refs/heads/'))
}

/** After a move: what it points to now, null when it is gone. Moves of one repository come one after the other. */
export function noteRef(repo: Repo, ref: string, now: { sha: string; type: string } | null): void {
  const kept = known.get(repo)
  if (kept === undefined) return
  // A reading that was under way may have missed the move, or seen it: either way it holds from here on.
  const moved = kept.then(refs => {
    if (now === null) refs.delete(ref)
    else refs.set(ref, { ref, ...now })
    return refs
  })
  keep(repo, moved)
}

function keep(repo: Repo, refs: Promise<Map<string, Listed>>): Promise<Map<string, Listed>> {
  known.set(repo, refs)
  // Read anew by whoever asks next.
  refs.catch(() => known.delete(repo))
  return refs
}

async function load(repo: Repo): Promise<Map<string, Listed>> {
  const format = '--format=%(refname) %(objectname) %(objecttype)'
  const listed = await gitText(repo, ['for-each-ref', format, 'refs/'])
  const refs = new Map<string, Listed>()
  for (const line of listed.split('\n')) {
    const [ref = '', sha = '', type = ''] = line.split(' ')
    if (ref !== '') refs.set(ref, { ref, sha, type })
  }
  return refs
}
