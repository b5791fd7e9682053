import type { Repo } from '../state.ts'
import { askResident, type Resident, type ResidentGit, startResident } from './resident.ts'

type Writer = Resident & { write(lines: readonly string[]): Promise<string | null> }

/** Runs `update`, `delete` and the like as git takes them (git-update-ref), all or none; null, or git's complaint. */
export function transact({ gitDir }: Repo, lines: readonly string[]): Promise<string | null> {
  return askResident(gitDir, 'writer', {
    open: leave => openWriter(gitDir, leave),
    ask: writer => writer.write(lines),
  })
}

/** git takes one transaction after another, and leaves at the first that it cannot do. */
function openWriter(gitDir: string, leave: () => void): Writer {
  let [said, complaint] = ['', '']
  const waiting: ((complaint: string | null) => void)[] = []
  const child: ResidentGit = startResident(gitDir, ['update-ref', '--stdin'], {
    output: chunk => {
      said += chunk.toString()
      for (let end = said.indexOf(DONE); end >= 0; end = said.indexOf(DONE)) {
        said = said.slice(end + DONE.length)
        waiting.shift()?.(null)
      }
      if (waiting.length === 0) child.hold(false)
    },
    complaint: text => {
      complaint += text
      // Whoever comes now gets another.
      leave()
    },
    ended: () => {
      leave()
      for (const settle of waiting.splice(0)) settle(complaint || 'git update-ref ended early')
    },
  })
  return {
    write: lines =>
      new Promise(settle => {
        waiting.push(settle)
        child.hold(true)
        child.write(`${['start', ...lines, 'prepare', 'commit'].join('\n')}\n`)
      }),
    end: child.end,
  }
}

const DONE = 'commit: ok\n'
