import { expect, test } from 'vitest'
import { GATE_CHECK, printRevertBranch } from '../../core/names.ts'
import { gitText } from '../../twin/git.ts'
import { GREETER_CONFIG } from './greeter.ts'
import { protect } from './protect.ts'
import { openStory, type Story } from './story.ts'

const config = `${GREETER_CONFIG}merge: { strategy: lanes }\n`

/** Passes alone, and not with the test that lands before it. */
const script = (name: string) => [
  'on attempt 1:',
  `write src/${name}.js`,
  `  export const ${name} = 1`,
  'on attempt 2:',
  `write src/${name}.js`,
  `  export const ${name} = 10`,
  `run cp "$CHORUS_PROMPT" ${name}.md`,
]

const TEST = {
  'test/count.test.js': [
    "import assert from 'node:assert/strict'",
    "import { existsSync } from 'node:fs'",
    "import { test } from 'node:test'",
    '',
    "for (const name of ['count', 'total']) {",
    '  const file = new URL(`../src/${name}.js`, import.meta.url)',
    '  test(`nobody has a ${name} of 1`, async () => {',
    '    if (existsSync(file)) assert.notEqual((await import(file.href))[name], 1)',
    '  })',
    '}',
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
  '147, 148: three promotions in a row that touch the same file, where main takes %s',
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
      const names = ['count', 'total']
      const issues: number[] = []
      for (const name of names) issues.push(await story.issue({ script: script(name), title: `A ${name}` }))
      await story.comment(issues[0]!, '/chorus freeze')
      for (const issue of issues) await story.label(issue)
      const firsts = await story.until('their CI is green', () => {
        const pulls = issues.map(issue => story.pullOf(issue))
        return pulls.every(pull => isGreen(story, pull?.head.sha)) && pulls.map(pull => pull!)
      })
      expect(firsts.map(pull => pull.base.ref)).toEqual(['integration', 'integration'])
      // What neither goes with lands before them, in another file.
      await story.push({ branch: 'integration', files: TEST, message: 'test: nobody has 1' })
      await story.comment(issues[0]!, '/chorus unfreeze')
      // Somebody pushes on top of them while it is found out who they are.
      await story.until('both have landed', () => firsts.every(pull => pull.merged))
      await story.push({ branch: 'integration', files: { 'his.md': 'his\n' }, message: 'docs: his' })
      await story.until('both are taken back', () =>
        firsts.some(({ number }) => revertOf(story, number)?.merged),
      )
      await story.until('their issues are closed by the promotion of other attempts', () =>
        issues.every(issue => story.theIssue(issue).state === 'closed'),
      )
      for (const name of names) {
        expect(await story.file(`${name}.md`)).toContain('passed alone and landed on integration')
        expect(await story.file(`${name}.md`)).toContain(`nobody has a ${name} of 1`)
      }
      expect(await story.file('his.md')).toBe('his\n')
      // One pull request took both back, and no state that was only made to be judged came anywhere.
      const reverts = firsts.flatMap(({ number }) => revertOf(story, number) ?? []).filter(one => one.merged)
      expect(reverts).toHaveLength(1)
      for (const { mergeCommitSha } of firsts)
        expect(await gitText(repo, ['log', '-1', '--format=%B', reverts[0]!.mergeCommitSha!])).toContain(
          mergeCommitSha!,
        )
      const judged = [...repo.pulls.values()].filter(one => one.head.ref.startsWith('chorus/without/'))
      expect(judged.length).toBeGreaterThan(0)
      expect(judged.filter(one => one.merged || story.theIssue(one.number).state === 'open')).toEqual([])
      const asked = [...repo.actions.runs.values()].filter(run => run.run_attempt > 1)
      expect(new Set(asked.map(run => [run.name, run.run_attempt].join(' ')))).toEqual(new Set(['ci 2']))
      // The first, what was to take it back, and the other without it.
      expect(asked).toHaveLength(3)
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
    // What is red is searched, and what landed before it is promoted meanwhile.
    expect(promotions.length).toBeLessThanOrEqual(how === 'merge commits' ? 8 : 5)
    // Main has what the branch has, each of its commits was judged before, and nothing was passed by.
    const tree = (ref: string) => gitText(repo, ['rev-parse', `${ref}^{tree}`])
    expect(await tree('main')).toBe(await tree('integration'))
    const onMain = [...repo.actions.runs.values()].filter(run => run.name === 'ci' && run.event === 'push')
    expect(new Set(onMain.map(run => run.conclusion))).toEqual(new Set(['success']))
    // What a newer one brought along shows as merged, too.
    const landed = await gitText(repo, ['log', '--format=%B', 'main'])
    for (const pull of [...repo.pulls.values()]) {
      if (!landed.includes(`Chorus-Promotes: ${pull.head.sha}`)) continue
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
