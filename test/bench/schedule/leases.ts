import type { Figure } from '../figure.ts'
import { MOST_FILES, readHistory } from './history.ts'
import { type Replay, replay } from './replay.ts'

const COMMITS = 400
const WORKERS = 8
/** Of fewer a replay says little. */
const LEAST = 50

/** What leases on files are worth, and what they cost, on the commits of a repository. */
export function measureHistory(dir: string): Figure[] {
  const { changes, skipped } = tryHistory(dir)
  if (changes.length < LEAST) {
    const note = 'too few to replay; a shallow clone, or no repository? Name another one by --history PATH'
    return [{ name: 'history: commits', value: changes.length, unit: '', goal: null, note }]
  }
  const free = replay(changes, { workers: WORKERS, saying: 'nothing' })
  const described = `${changes.length} commits, ${WORKERS} workers; ${skipped} of more than ${MOST_FILES} files left out`
  return [
    {
      name: 'history: pairs that collide, without leases',
      value: free.collisions,
      unit: '',
      goal: null,
      note: `of ${free.besides} at work side by side; ${described}`,
    },
    ...(['words', 'folders', 'files'] as const).flatMap(saying =>
      describe(saying, free, replay(changes, { workers: WORKERS, saying })),
    ),
  ]
}

/** A folder without a repository has no commits: a bench of what lies elsewhere goes on. */
function tryHistory(dir: string): ReturnType<typeof readHistory> {
  try {
    return readHistory(dir, COMMITS)
  } catch (error) {
    process.stderr.write(`${dir}: its commits cannot be read (${String(error).split('\n')[0]})\n`)
    return { changes: [], skipped: 0 }
  }
}

const SAID = { words: 'paths in its words', folders: 'a scope of folders', files: 'a scope of files' }

function describe(saying: keyof typeof SAID, free: Replay, held: Replay): Figure[] {
  const name = `history, by ${SAID[saying]}`
  const avoided = 100 * (1 - held.collisions / Math.max(1, free.collisions))
  const needless = (100 * held.needless) / Math.max(1, held.kept)
  return [
    {
      name: `${name}: collisions avoided`,
      value: avoided,
      unit: '%',
      goal: null,
      note: `${held.collisions} are left`,
    },
    {
      name: `${name}: false serialisation`,
      value: needless,
      unit: '%',
      goal: null,
      note: `${held.needless} of ${held.kept} pairs that were kept apart change no file in common`,
    },
    { name: `${name}: time × without leases`, value: held.span / free.span, unit: '', goal: null },
  ]
}
