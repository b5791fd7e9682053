import { expect, test } from 'vitest'
import { LEDGER_BRANCH } from '../../core/names.ts'
import { printFeature } from '../../core/planning/feature.ts'
import { MAP_PATH } from '../../core/planning/map.ts'
import { reportOf, review, runsOf } from './acts.ts'
import { GREETER_CONFIG } from './greeter.ts'
import { DOCUMENTS, PLANNING_SCRIPT, printBacklog, scriptOf } from './planned.ts'
import { openStory, type Story } from './story.ts'

const TITLE = 'Greet in many languages'
const FOLDER = `specs/${printFeature(1, TITLE)}`
const BACKLOG = `${FOLDER}/BACKLOG.yaml`
const backlog = (...ids: string[]) =>
  printBacklog(
    printFeature(1, TITLE),
    ids.map(id => ({ id })),
  )
/** What the synthesis writes: three tasks at first; then two, at its first try without what a person had edited. */
const SPEC = [
  DOCUMENTS['plans/spec.md'],
  scriptOf(backlog('words', 'tone', 'voice'), 'on attempt 2:'),
  scriptOf(backlog('words', 'voice'), 'on attempt 3 loop 1:'),
  scriptOf(backlog('words', 'voice').replace('Add voice', 'Add a clear voice'), 'on attempt 3 loop 2:'),
].join('\n')

/** One planner hangs, and when it is asked again it is killed; the others know nothing of that. */
const FAIL =
  'run [ "$CHORUS_ROLE$CHORUS_ATTEMPT" != qa1 ] || { [ "$CHORUS_LOOP" = 1 ] && exec sleep 3600; kill -9 $PPID; }'

/** Jobs of a run in which an agent was asked something, by what it was told. */
function asked(story: Story, run: number): string[] {
  const { jobs } = runsOf(story, 1)[run]!
  return jobs.flatMap(job => /\[prompt plan-([a-z]+) \d+\]/.exec(job.log)?.[1] ?? []).sort()
}

test('a plan is made again: by one planner where one failed, and as people say where they want it otherwise', async () => {
  const config = `${GREETER_CONFIG}limits: { silence: 0.06 }\n`
  await using story = await openStory({ seed: 1, config, files: { ...DOCUMENTS, 'plans/spec.md': SPEC } })
  const epic = await story.issue({ title: TITLE, script: [FAIL, ...PLANNING_SCRIPT] })
  await story.comment(epic, '/chorus plan scripted')

  const pull = await story.until('the plan is shown', () => story.pullOf(epic))
  const first = await story.until(
    'the gate asks',
    () => story.gateOf(pull.head.sha)?.title?.startsWith('plan: 3 tasks') && pull.head.sha,
  )
  expect(asked(story, 0)).toEqual(['architecture', 'qa', 'spec'])
  expect((await reportOf(story, epic, 1)).summary).toMatch(/The qa planner: .* ended badly \(.*SIGKILL/)
  const qa = runsOf(story, epic)[0]!.jobs.find(job => job.name.endsWith('qa'))!
  expect(qa.log).toContain('neither printed anything')
  expect(asked(story, 1)).toEqual(['qa', 'synthesis'])

  // The first drew the map of the repository; whoever came later had it from the ledger, on whichever runner.
  const mapped = (run: number) =>
    runsOf(story, 1)[run]!.jobs.flatMap(
      job => /The map of the repository is (drawn|the one kept)/.exec(job.log)?.[1] ?? [],
    )
  expect(new Set(mapped(0))).toEqual(new Set(['drawn']))
  expect(mapped(1)).toEqual(['the one kept', 'the one kept', 'the one kept'])
  expect(await story.file(MAP_PATH, LEDGER_BRANCH)).toContain('- src/hello.js (1): hello')

  // A person edits it, another approves it while it is held; then somebody wants it otherwise.
  await story.comment(pull.number, '/chorus hold')
  const text = (await story.file(BACKLOG, first))!
  const edited = await story.push({
    branch: pull.head.ref,
    files: { [BACKLOG]: text.replace('Add voice', 'Add a clear voice') },
    by: 'grace',
  })
  await story.until('the gate asks again', () => story.gateOf(edited)?.title?.startsWith('plan: 3 tasks'))
  await review(story, { pull: pull.number, event: 'APPROVE' })
  await story.until('it is approved', () => !story.gateOf(edited)?.title?.startsWith('plan:'))
  await story.comment(pull.number, '/chorus plan drop the tone', 'sam')
  await story.comment(pull.number, 'There is one tone only.\n\n/chorus plan')

  const second = await story.until('the gate asks for the new version', () => {
    const { sha } = story.pullOf(epic)!.head
    return story.gateOf(sha)?.title?.startsWith('plan: 2 tasks') && sha
  })
  await story.quiet()
  expect(asked(story, 2)).toEqual(['synthesis'])
  expect(mapped(2)).toEqual(['the one kept'])
  const now = (await story.file(BACKLOG, second))!
  expect(now).toContain('Add a clear voice')
  expect(now).not.toContain('tone')
  expect(await story.file(`${FOLDER}/PLAN.md`, second)).toContain(
    `> Version 2 of this plan, made again from version 1 in ${FOLDER} at ${edited.slice(0, 7)}.`,
  )
  // The same pull request, on top of what the person did; what was approved of it is not this.
  expect(story.pullOf(epic)).toMatchObject({ number: pull.number, merged: false })
  expect(story.theIssue(pull.number).body).toContain('| tasks | 2, at most 2 at a time |')
  expect(runsOf(story, epic)).toHaveLength(3)
  expect([...story.repo.pulls.values()].filter(one => one.head.ref === pull.head.ref)).toHaveLength(1)
  expect([...story.repo.issues.values()].map(one => one.title).filter(title => /^Add /.test(title))).toEqual(
    [],
  )
}, 300_000)
