import { expect, test } from 'vitest'
import { GATE_CHECK, printBranch, printTaskId } from '../../core/names.ts'
import { git } from '../../twin/git.ts'
import { isAncestor, review } from './acts.ts'
import { LOUD, RENAME } from './clash.ts'
import { protect } from './protect.ts'
import { openStory, type Story } from './story.ts'

const CONFIG = 'agents: { scripted: { cli: scripted } }\ndefault_agent: scripted\nlimits: { parallel: 4 }\n'

const add = (name: string) => [
  `write src/${name}.js`,
  `  export const ${name} = 1`,
  `say feat(${name}): add ${name}`,
]

const CI = 'ci'

/** Conclusions of CI on what came to main, oldest first. */
function mainRuns(story: Story): (string | null)[] {
  return [...story.repo.actions.runs.values()]
    .filter(run => run.name === CI && run.event === 'push' && run.head_branch === 'main')
    .map(run => run.conclusion)
}

/** To the branch of that one, when a train with it is about to be merged. */
function pushWhileLanding(story: Story, issue: number): void {
  const branch = printBranch({ agent: 'scripted', task: printTaskId(issue) })
  const { head } = story.pullOf(issue)!
  const { sha } = head
  const run = async () => {
    const open = [...story.repo.pulls.values()].filter(pull => story.theIssue(pull.number).state === 'open')
    const trains = open.filter(pull => pull.head.ref.startsWith('chorus/train/'))
    const landing = trains.filter(pull => story.gateOf(pull.head.sha)?.conclusion === 'success')
    const inside = await Promise.all(landing.map(pull => isAncestor(story, sha, pull.head.sha)))
    if (!inside.includes(true) || head.sha !== sha) return
    await story.push({ branch, files: { 'src/late.js': '// late\n' }, by: 'grace' })
  }
  const match = { method: 'PUT', route: '/merge' }
  story.twin.faults.add({ kind: 'request', match: { ...match, times: null }, act: { do: 'call', run } })
}

test.each([1])(
  'four are ready at once, two of them break together, and somebody pushes to one while its train lands (seed %i)',
  async seed => {
    await using story = await openStory({ seed, config: CONFIG })
    protect(story, 'ruleset', { strict: true })
    const scripts = [add('one'), RENAME, LOUD, add('two')]
    const issues: number[] = []
    for (const script of scripts) issues.push(await story.issue({ script, labels: ['hold'] }))
    for (const issue of issues) await story.label(issue)
    const heads = await story.until('all four are held and nothing else', () => {
      const pulls = issues.map(issue => story.pullOf(issue))
      const held = pulls.every(
        pull => pull !== null && story.gateOf(pull.head.sha)?.title?.startsWith('labels:'),
      )
      const checks = [...story.repo.checkRuns.values()].filter(check => check.name !== GATE_CHECK)
      return held && checks.every(check => check.status === 'completed') && pulls.map(pull => pull!.head.sha)
    })
    const pushed = issues[3]!
    pushWhileLanding(story, pushed)
    const where = { owner: 'acme', repo: 'greeter' }
    for (const issue_number of issues) {
      await story.as('ada').rest.issues.removeLabel({ ...where, issue_number, name: 'hold' })
    }
    const late = await story.until('what was pushed meanwhile waits for a person', () => {
      const pull = story.pullOf(pushed)!
      return story.gateOf(pull.head.sha)?.title?.includes('somebody pushed') === true && pull
    })
    // Its train has landed; it has not, and so its task goes on.
    expect(await story.file('src/two.js')).toContain('two = 1')
    expect([late.merged, story.theIssue(pushed).state]).toEqual([false, 'open'])
    await review(story, { pull: late.number, event: 'APPROVE' })
    await story.until('all are merged', () => issues.every(issue => story.pullOf(issue)?.merged))
    await story.until('all are closed', () => issues.every(issue => story.theIssue(issue).state === 'closed'))
    await story.quiet()

    // One of the two was sent back to its agent, the others landed as they were first.
    const again = issues.filter((issue, i) => issue !== pushed && story.pullOf(issue)!.head.sha !== heads[i])
    expect(await story.file('src/late.js')).toBe('// late\n')
    expect(await story.refs('refs/chorus/attempts')).toHaveProperty('size', 5)
    expect([issues[1], issues[2]]).toContain(again.at(-1))

    // Main was never red, and nothing is left behind.
    expect(mainRuns(story).length).toBeGreaterThan(1)
    expect(new Set(mainRuns(story))).toEqual(new Set(['success']))
    expect(await story.refs('refs/heads/chorus/train')).toEqual(new Map())
    expect(await story.refs('refs/heads/agent')).toEqual(new Map())

    // Trains landed by merge commits, with exactly the tree that CI had judged.
    const trains = [...story.repo.pulls.values()].filter(pull => pull.head.ref.startsWith('chorus/train/'))
    const landed = trains.filter(pull => pull.merged)
    expect(landed.length).toBeGreaterThan(0)
    for (const train of landed) {
      const trees = await git(story.repo, [
        'rev-parse',
        `${train.mergeCommitSha}^{tree}`,
        `${train.head.sha}^{tree}`,
      ])
      const [tested, merged] = trees.stdout.toString().trim().split('\n')
      expect(merged).toBe(tested)
    }
    // No protection was passed by, and no member was merged by itself while it was in a train.
    const bypasses = story.twin.requests.filter(one => one.path.endsWith('/merge') && one.status === 405)
    expect(bypasses.length).toBeLessThan(3)
  },
)
