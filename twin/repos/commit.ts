import { timestamp } from '../clock.ts'
import { gitText } from '../git.ts'
import { type Account, type Repo, type TwinState, takeId } from '../state.ts'

export type FileChanges = {
  /** Path to text; null removes the file. A shebang line makes it executable. */
  files: Record<string, string | null>
  message: string
  by: Account
  /** Commit to build on; absent: the first commit of a history. */
  parent?: string
}

/** Writes a commit without moving any ref that clients see; returns its sha. */
export async function writeCommit(state: TwinState, repo: Repo, change: FileChanges): Promise<string> {
  // fast-import writes everything in one process, but only onto a ref: a passing one.
  const ref = `refs/twin/seed-${takeId(state)}`
  return gitText(repo, ['fast-import', '--quiet', '--force'], { input: script(state, ref, change) })
}

/** A ref that is set to it is removed. */
const NOTHING = '0'.repeat(40)

function script(state: TwinState, ref: string, change: FileChanges): Buffer {
  const who = `${change.by.login} <${change.by.id}+${change.by.login}@users.noreply.github.com>`
  const when = `${Math.floor(Date.parse(timestamp(state.clock.now())) / 1000)} +0000`
  const parts = [
    `commit ${ref}\nmark :1\n`,
    `author ${who} ${when}\n`,
    `committer ${who} ${when}\n`,
    data(change.message),
  ]
  if (change.parent) parts.push(`from ${change.parent}\n`)
  for (const [path, text] of Object.entries(change.files)) {
    if (text === null) parts.push(`D ${path}\n`)
    else parts.push(`M ${text.startsWith('#!') ? '100755' : '100644'} inline ${path}\n`, data(text))
  }
  parts.push('\n', 'get-mark :1\n', `reset ${ref}\nfrom ${NOTHING}\n`)
  return Buffer.from(`${parts.join('')}\ndone\n`)
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`
}
