import { expect, test } from 'vitest'
import { GATE_CHECK, parseTrainBranch } from '../../core/names.ts'
import { gitText } from '../../twin/git.ts'
import { runsOf } from './acts.ts'
import { LOUD, RENAME } from './clash.ts'
import { GREETER_CONFIG } from './greeter.ts'
import { protect } from './protect.ts'
import { openStory, type Story } from './story.ts'

/** A file that all depends on: who changes one has to do with everybody, though git merges them. */
const near = (manifest: string, script: readonly string[]) => [`write ${manifest}`, '  # mine', ...script]
const add = (name: string) => [`write src/${name}.js`, `  export const ${name} = 1`, `say feat: add ${name}`]

const isTrain = (pull: { head: { ref: string } }) => parseTrainBranch(pull.head.ref) !== null

function trainsOf({ repo }: Story) {
  return [...repo.pulls.values()].filter(isTrain)
}

/** Somebody's push to the branch, in the moment in which one lands that was judged with another one. */
function pushWhileLanding(story: Story): void {
  let isDone = false
  const run = async () => {
    const green = trainsOf(story).some(({ head: { sha } }) =>
      [...story.repo.checkRuns.values()].some(one => one.head_sha === sha && one.conclusion === 'success'),
    )
    if (!green || isDone) return
    isDone = true
    await story.push({
      branch: 'integration',
      files: { 'notes.txt': 'mine\n' },
      by: 'grace',
      message: 'docs: notes',
    })
  }
  const match = { method: 'PUT', route: '/merge', times: null }
  story.twin.faults.add({ kind: 'request', match, act: { do: 'call', run } })
}

function isHeld(story: Story, issue: number): boolean {
  const head = story.pullOf(issue)?.head.sha
  const checks = [...story.repo.checkRuns.values()].filter(
    one => one.head_sha === head && one.name !== GATE_CHECK,
  )
  const isGreen = checks.length > 0 && checks.every(one => one.conclusion === 'success')
  return isGreen && story.gateOf(head!)?.title?.startsWith('labels:') === true
}

test('who waits for others of its lane is judged with them, and lands by itself; one is red, and somebody pushes meanwhile', async () => {
  const config = `${GREETER_CONFIG}merge: { strategy: lanes }\n`
  await using story = await openStory({ seed: 1, config })
  const { repo } = story
  protect(story, 'ruleset')
  const scripts = [
    near('Makefile', add('one')),
    near('pom.xml', add('two')),
    near('go.mod', RENAME),
    near('Cargo.toml', LOUD),
  ]
  const issues: number[] = []
  for (const script of scripts) issues.push(await story.issue({ script, labels: ['hold'] }))
  // The sound ones go first.
  for (const some of [issues.slice(0, 2), issues.slice(2)]) {
    for (const issue of some) await story.label(issue)
    await story.until('they are held, and their CI is green', () => some.every(issue => isHeld(story, issue)))
  }
  pushWhileLanding(story)
  const where = { owner: repo.owner.login, repo: repo.name }
  // Nothing lands until nobody is held: else each may land before the next one is there to be judged with.
  await story.comment(issues[0]!, '/chorus freeze')
  await story.quiet()
  for (const issue_number of issues) {
    await story.as('ada').rest.issues.removeLabel({ ...where, issue_number, name: 'hold' })
  }
  await story.comment(issues[0]!, '/chorus unfreeze')
  await story.until('all have landed and are promoted', () =>
    issues.every(issue => story.theIssue(issue).state === 'closed'),
  )
  await story.quiet()

  // Combinations only judge: none is merged, and none is left.
  expect(trainsOf(story).length).toBeGreaterThan(0)
  expect(trainsOf(story).filter(pull => pull.merged)).toEqual([])
  expect(await story.refs('refs/heads/chorus/train')).toEqual(new Map())
  const landed = issues.map(issue => story.pullOf(issue)!)
  expect(landed.every(pull => pull.merged)).toBe(true)
  // Of the two that break together one was sent back, once, and nobody else.
  const again = issues.filter(issue => runsOf(story, issue).length > 1)
  expect(again).toHaveLength(1)
  expect([issues[2], issues[3]]).toContain(again[0])
  // What somebody pushed stays, and main was never red.
  expect(await story.file('notes.txt')).toBe('mine\n')
  const onMain = [...repo.actions.runs.values()].filter(
    run => run.name === 'ci' && run.event === 'push' && run.head_branch === 'main',
  )
  expect(new Set(onMain.map(run => run.conclusion))).toEqual(new Set(['success']))
  const tree = (ref: string) => gitText(repo, ['rev-parse', `${ref}^{tree}`])
  expect(await tree('main')).toBe(await tree('integration'))
})
