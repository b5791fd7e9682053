import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeContext } from '../../action/context.ts'
import { openGit } from '../../action/git.ts'
import { findHints } from '../../action/hints.ts'
import { countPlanning, readPlanning } from '../../action/planningtext.ts'
import { writePrompt } from '../../action/prompt.ts'
import { writeTicket } from '../edges/runway.ts'
import { WORDING } from '../edges/wording.ts'
import { type Bench, median } from './figure.ts'

const FILES = 50_000
const ROUNDS = 9

export const contextBench: Bench = {
  name: 'context',
  about: `What an agent is told, put together for a repository of ${FILES} files: places that the task names, what was learned, the prompt, how much of it plans say.`,
  async run() {
    const dir = mkdtempSync(join(tmpdir(), 'bench-context-'))
    try {
      const start = fill(dir)
      const git = openGit({ gitDir: dir, host: { path: process.env.PATH ?? '', proxy: {} } })
      const wish = {
        goal: 'Let `total7` in part7/file7.ts and `total107` round half up. See part3/file3.ts.\n'.repeat(20),
        learnings: ['Prices are in cents.', 'Tests need no network.'],
      }
      const ticket = writeTicket(start, wish)
      const scoped = { ...ticket, spec: { ...ticket.spec, scope: ['src/part7/**', 'src/part*/file107.ts'] } }
      const times: number[] = []
      let told = 0
      for (let n = 0; n < ROUNDS; n++) {
        const began = performance.now()
        const [hints, planning] = await Promise.all([
          findHints(git, start, scoped),
          readPlanning(git, start, scoped),
        ])
        told = hints.length
        countPlanning(
          writePrompt({ ticket: scoped, context: writeContext(scoped, hints), wording: WORDING }, []).text,
          planning,
        )
        times.push(performance.now() - began)
      }
      if (told === 0) throw new Error('no place was found')
      const note = `median of ${ROUNDS}, ${told} places found`
      return [{ name: 'context and prompt', value: median(times) / 1000, unit: 's', goal: 1, note }]
    } finally {
      rmSync(dir, { recursive: true })
    }
  },
}

/** A bare repository with one commit, which is its answer. */
function fill(dir: string): string {
  const run = (args: string[], input?: string) =>
    execFileSync('git', args, { cwd: dir, encoding: 'utf8', input })
  run(['init', '-q', '--bare', '.'])
  const files = Array.from({ length: FILES }, (_, n) => {
    const text = `export const total${n} = ${n}\n`.repeat(20)
    return `M 100644 inline src/part${n % 100}/file${n}.ts\ndata ${text.length}\n${text}`
  })
  const head = 'commit refs/heads/main\ncommitter a <a@b> 0 +0000\ndata 0\n'
  run(['fast-import', '--quiet'], head + files.join('\n'))
  return run(['rev-parse', 'main']).trim()
}
