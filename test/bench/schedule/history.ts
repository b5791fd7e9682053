import { execFileSync } from 'node:child_process'

/** A commit as a task: what was said of it, what it changed, and with which commits before it it would have collided. */
export type Change = {
  subject: string
  body: string
  files: ReadonlySet<string>
  lines: number
  /** Earlier changes, by their place, of which it changes lines or what stands beside them: side by side git could not merge the two. */
  collides: ReadonlySet<number>
}

type Hunk = { path: string; from: number; gone: number; came: number }
type Raw = { subject: string; body: string; files: Set<string>; hunks: Hunk[] }

/** Nobody gives that to one agent: moves of whole folders, releases, generated files. */
export const MOST_FILES = 60

/**
 * The newest `count` commits of a repository without merges, oldest first; `skipped`: those of very many files. Throws where
 * there is no repository.
 */
export function readHistory(dir: string, count: number): { changes: Change[]; skipped: number } {
  const raw = readLog(dir, count)
  const owners = new Map<string, number[]>()
  const changes: Change[] = []
  for (const commit of raw) {
    const place = changes.length
    const isTask = commit.files.size <= MOST_FILES
    const touched = applyHunks(owners, commit.hunks, isTask ? place : NOBODY)
    if (!isTask) continue
    touched.delete(place)
    touched.delete(NOBODY)
    const lines = commit.hunks.reduce((sum, { gone, came }) => sum + gone + came, 0)
    const { subject, body, files } = commit
    changes.push({ subject, body, files, lines, collides: touched })
  }
  return { changes, skipped: raw.length - changes.length }
}

const NOBODY = -1

/** Whose each line is, kept as files change; answers whose lines were changed, with those right before and after. */
function applyHunks(owners: Map<string, number[]>, hunks: readonly Hunk[], place: number): Set<number> {
  const touched = new Set<number>()
  const byPath = Map.groupBy(hunks, hunk => hunk.path)
  for (const [path, own] of byPath) {
    const lines = owners.get(path) ?? []
    owners.set(path, lines)
    // From the end: what is above keeps its number.
    for (const { from, gone, came } of own.toReversed()) {
      while (lines.length < from + gone) lines.push(NOBODY)
      for (const owner of lines.slice(Math.max(0, from - 1), from + gone + 1)) touched.add(owner)
      lines.splice(from, gone, ...new Array<number>(came).fill(place))
      // What was taken away leaves nothing of its own: its neighbours stand for it.
      if (came === 0)
        for (const beside of [from - 1, from]) if (lines[beside] !== undefined) lines[beside] = place
    }
  }
  return touched
}

function readLog(dir: string, count: number): Raw[] {
  const format = '--format=%x01%s%x00%b%x02'
  const args = [
    '-C',
    dir,
    '-c',
    'core.quotePath=false',
    'log',
    '--no-merges',
    '--no-renames',
    '--no-ext-diff',
    '--no-color',
  ]
  const options = { maxBuffer: 1024 * 1024 * 1024, encoding: 'utf8' } as const
  const text = execFileSync('git', [...args, '--reverse', `-n${count}`, '-p', '-U0', format], options)
  return text.split('\x01').slice(1).map(readCommit)
}

function readCommit(text: string): Raw {
  const [message = '', patch = ''] = text.split('\x02', 2)
  const [subject = '', body = ''] = message.split('\0')
  const files = new Set<string>()
  const hunks: Hunk[] = []
  let path = ''
  let left = 0
  for (const line of patch.split('\n')) {
    if (left > 0) {
      if (!line.startsWith('\\')) left -= 1
      continue
    }
    const named = /^(?:---|\+\+\+) "?[ab]\/(.*?)"?\t?$/.exec(line)
    if (named !== null) {
      path = named[1]!
      files.add(path)
    }
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line)
    if (hunk === null) continue
    const [gone, came] = [Number(hunk[2] ?? 1), Number(hunk[3] ?? 1)]
    // An insertion stands behind the line that it names, a change on it.
    hunks.push({ path, from: gone === 0 ? Number(hunk[1]) : Number(hunk[1]) - 1, gone, came })
    left = gone + came
  }
  return { subject, body, files, hunks }
}
