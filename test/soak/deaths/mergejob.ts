import { deepStrictEqual, ok } from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseJudgeTitle } from '../../../core/landing/judgement.ts'
import { processes, startBy } from '../../../twin/processes.ts'
import { openStory } from '../../stories/story.ts'

/** No CI: the merge job judges what lands. */
export const STORY = {
  seed: 1,
  config: [
    'agents: { scripted: { cli: scripted } }',
    'default_agent: scripted',
    'checks: [{ name: tests, run: node --test, minutes: 2 }]',
    'merge: { judge: job, exact: true }',
  ].join('\n'),
  files: {
    '.github/workflows/ci.yml':
      'name: by hand\non: workflow_dispatch\njobs: { none: { runs-on: ubuntu-latest, steps: [{ run: "true" }] } }\n',
  },
}

export type Wish = { from?: number; step?: number; most?: number; heard?: (death: string) => void }

/**
 * The real merge job judges one task after the other, and its process is killed with -9 the first time that it judges each: before
 * act number `from`, and so on by `step`, until one lives or `most` have died. Each has to be judged once more and land by that.
 * @returns the act that each did not get to.
 */
export async function killMergeJob({
  from = 1,
  step = 1,
  most = Number.POSITIVE_INFINITY,
  heard,
}: Wish = {}): Promise<string[]> {
  await using story = await openStory(STORY)
  await using doom = await openDoom()
  const deaths: string[] = []
  for (let n = from; deaths.length < most; n += step) {
    doom.next(n)
    const script = [`write src/part${n}.js`, `  export const part = ${n}`, `say feat(part): add part ${n}`]
    const issue = await story.issue({ title: `Part ${n}`, script })
    await story.label(issue)
    await story.until(`part ${n} has landed`, () => story.pullOf(issue)?.merged)
    await story.quiet()
    const death = await doom.told()
    const head = story.pullOf(issue)!.head.sha
    const runs = [...story.repo.actions.runs.values()].filter(
      run => parseJudgeTitle(run.display_title)?.sha === head,
    )
    // What was killed said nothing, and nothing landed by it.
    const ends = death === null ? ['success'] : ['failure', 'success']
    deepStrictEqual(
      runs.map(run => run.conclusion),
      ends,
      `${death}`,
    )
    ok((await story.file(`src/part${n}.js`))?.includes(`${n}`))
    deepStrictEqual([story.theIssue(issue).state, story.saidOn(issue)], ['closed', []])
    if (death === null) break
    deaths.push(death)
    heard?.(death)
  }
  return deaths
}

/** From now on the next merge job dies before the act that is named. */
async function openDoom() {
  const dir = await mkdtemp(join(tmpdir(), 'chorus-doom-'))
  const known = processes()
  let file = ''
  let before: number | null = null
  startBy({
    ...known,
    start(command) {
      if (before === null || !command.args[0]?.endsWith('/merge/index.mjs')) return known.start(command)
      const doom = { NODE_OPTIONS: `--import=${import.meta.resolve('./dying.ts')}`, DIES_BEFORE: `${before}` }
      before = null
      return known.start({ ...command, env: { ...command.env, ...doom, DEATHS: file } })
    },
  })
  return {
    next(act: number) {
      before = act
      file = join(dir, String(act))
    },
    /** What it did not get to; null where it lived. */
    async told(): Promise<string | null> {
      const last = (await readFile(file, 'utf8')).trim().split('\n').at(-1) ?? ''
      return last.startsWith('dies before ') ? last.slice('dies before '.length) : null
    },
    async [Symbol.asyncDispose]() {
      startBy(known)
      await rm(dir, { recursive: true, force: true })
    },
  }
}
