import { expect, test } from 'vitest'
import { GATE_CHECK, printRevertBranch } from '../../core/names.ts'
import { gitText } from '../../twin/git.ts'
import { GREETER_CONFIG } from './greeter.ts'
import { protect } from './protect.ts'
import { openStory, type Story } from './story.ts'

const config = `${GREETER_CONFIG}merge: { strategy: lanes }\n`

/** Passes alone, and not with the test that lands before it. */
const SCRIPT = [
  'on attempt 1:',
  'write src/count.js',
  '  export const count = 1',
  'on attempt 2:',
  'write src/count.js',
  '  export const count = 10',
  'run cp "$CHORUS_PROMPT" heard.md',
]

const TEST = {
  'test/count.test.js': [
    "import assert from 'node:assert/strict'",
    "import { existsSync } from 'node:fs'",
    "import { test } from 'node:test'",
    '',
    "const file = new URL('../src/count.js', import.meta.url)",
    "test('nobody counts to 1', async () => {",
    '  if (existsSync(file)) assert.notEqual((await import(file.href)).count, 1)',
    '})',
    '',
  ].join('\n'),
}

function isGreen({ repo }: Story, sha: string | undefined): boolean {
  return [...repo.checkRuns.values()].some(
    run => run.head_sha === sha && run.name === 'test' && run.conclusion === 'success',
  )
}

function revertOf({ repo }: Story, pull: number) {
  return [...repo.pulls.values()].find(one => one.head.ref === printRevertBranch(pull))
}

test.each([['merge commits'], ['squash only']])(
  'three promotions in a row that touch the same file, where main takes %s',
  async how => {
    await using story = await openStory({ seed: 1, config })
    const { repo, twin } = story
    repo.settings.allow_merge_commit = how === 'merge commits'
    protect(story, 'ruleset')
    const promoted = (text: string) => async () => (await story.file('src/count.js'))?.includes(text) === true
    const until = async (what: string, find: () => Promise<boolean>) => {
      let [found, asking] = [false, false]
      // One question at a time: each is a process, and a slow machine would be given ever more of them.
      const ask = async () => {
        asking = true
        found = await find()
        asking = false
      }
      await story.until(what, () => {
        if (!asking && !found) void ask()
        return found
      })
    }
    const file = (text: string) => ({ 'src/count.js': `export const count = ${text}\n` })
    const push = (text: string) =>
      story.push({ branch: 'integration', files: file(text), message: `feat: count to ${text}` })
    if (how === 'merge commits') {
      const issue = await story.issue({ script: SCRIPT })
      await story.comment(issue, '/chorus freeze')
      await story.label(issue)
      const first = await story.until('its CI is green', () => {
        const pull = story.pullOf(issue)
        return isGreen(story, pull?.head.sha) ? pull : undefined
      })
      expect(first.base.ref).toBe('integration')
      // What it does not go with lands before it, in another file.
      await story.push({ branch: 'integration', files: TEST, message: 'test: nobody counts to 1' })
      await story.comment(issue, '/chorus unfreeze')
      await story.until('it is taken back', () => revertOf(story, first.number)?.merged)
      await story.until(
        'the issue is closed by the promotion of another attempt',
        () => story.theIssue(issue).state === 'closed',
      )
      expect(await story.file('heard.md')).toContain('passed alone and landed on integration')
      expect(await story.file('heard.md')).toContain('nobody counts to 1')
      const asked = [...repo.actions.runs.values()].filter(run => run.run_attempt > 1)
      expect(asked.map(run => [run.name, run.run_attempt])).toEqual([['ci', 2]])
    } else {
      // Nobody asks for an agent; whatever happens makes Chorus look.
      await story.issue({ script: [] })
      await until('the branch is there', async () => (await story.refs('refs/heads/integration')).size > 0)
      await push('1')
    }
    await until('the first is promoted', promoted('count = 1'))
    // The second of them may land while the first is judged.
    for (const text of ['2', '3']) await push(text)
    await until('both are promoted', promoted('count = 3\n'))
    await push('4')
    await until('the last is promoted', promoted('count = 4\n'))
    await story.quiet()

    const history = await story.history()
    const promotions = history.filter(subject => subject.startsWith('chore: promote'))
    expect(promotions.length).toBeGreaterThanOrEqual(3)
    expect(promotions.length).toBeLessThanOrEqual(5)
    // Main has what the branch has, each of its commits was judged before, and nothing was passed by.
    const tree = (ref: string) => gitText(repo, ['rev-parse', `${ref}^{tree}`])
    expect(await tree('main')).toBe(await tree('integration'))
    const onMain = [...repo.actions.runs.values()].filter(run => run.name === 'ci' && run.event === 'push')
    expect(new Set(onMain.map(run => run.conclusion))).toEqual(new Set(['success']))
    for (const pull of [...repo.pulls.values()].filter(one => one.base.ref === 'main' && one.merged)) {
      const checks = [...repo.checkRuns.values()].filter(run => run.head_sha === pull.head.sha)
      expect(checks.map(run => run.name).toSorted()).toEqual(expect.arrayContaining([GATE_CHECK, 'test']))
    }
    expect(await story.refs('refs/heads/chorus/promote')).toEqual(new Map())
    expect(await story.refs('refs/heads/agent')).toEqual(new Map())
    const merges = Number(await gitText(repo, ['rev-list', '--merges', '--count', 'main']))
    expect(merges > 0).toBe(how === 'merge commits')
    const refused = twin.requests.filter(one => one.path.endsWith('/merge') && one.status === 405)
    expect(refused.length).toBeLessThan(3)
  },
)
