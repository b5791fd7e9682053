import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { printCaller } from '../../core/caller.ts'
import { printTaskId } from '../../core/names.ts'
import { printFeature } from '../../core/planning/feature.ts'
import { SOURCE } from '../../twin/demo/stage.ts'
import { isAtWork, reactionsTo, reportOf, review, runsOf } from './acts.ts'
import { chorus } from './command.ts'
import { GREETER } from './greeter.ts'
import { DOCUMENTS, PLANNING_SCRIPT, printBacklog, scriptOf, specFor } from './planned.ts'
import { openStory } from './story.ts'

const TITLE = 'Greet in many languages'
const write = (name: string) => [
  `write src/${name}.js`,
  `  export const ${name} = 1`,
  `say feat: add ${name}`,
]
/** Two that are under way until `go` is there, and one that waits for both. */
const tasksUntil = (go: string) => [
  { id: 'words', script: [`run until [ -e ${go} ]; do sleep 0.05; done`, ...write('words')] },
  { id: 'tone', script: [`run until [ -e ${go} ]; do sleep 0.05; done`, ...write('tone')] },
  { id: 'voice', waits: ['words', 'tone'], script: write('voice') },
]

const FEATURE = printFeature(1, TITLE)
/** What is no YAML, then what waits for itself, then far too much. Each time it shows what it was told. */
const BAD = [
  '```chorus-script\nrun cat "$CHORUS_PROMPT"\n```',
  scriptOf('tasks: [1, 2', 'on loop 1:'),
  scriptOf(
    printBacklog(FEATURE, [
      { id: 'words', waits: ['tone'] },
      { id: 'tone', waits: ['words'] },
    ]),
    'on loop 2:',
  ),
  scriptOf(printBacklog(FEATURE, []), 'on loop 3:'),
  '```chorus-script\non loop 3:',
  'run for i in $(seq 300); do echo "  - {id: t$i, title: Add t$i, type: feat, goal: Add it., acceptance: [it is there], scope: [src/t$i.js], size: S}"; done >> "$CHORUS_OUT/BACKLOG.yaml"',
  '```',
].join('\n')
const specUntil = (go: string) =>
  `${specFor({ number: 1, title: TITLE }, tasksUntil(go)).replace('```chorus-script\n', '```chorus-script\non loop 4:\n')}\n${BAD}`

/** The repository's own action, which puts a program at hand and notes for which job. */
const setUp = (dir: string) => `name: Setup
description: What agents find
runs:
  using: composite
  steps:
    - shell: bash
      run: |
        echo "$GITHUB_JOB" >> ${dir}/jobs.txt
        printf '#!/bin/sh\\n' > ${dir}/at-hand
        chmod a+rx ${dir} ${dir}/at-hand
        echo ${dir} >> "$GITHUB_PATH"
`

test('a feature request becomes a plan, the plan becomes tasks, and the tasks are merged', async () => {
  // Where an attempt can read it: temporary folders are its own.
  using tools = mkdtempDisposableSync(join(process.env.RUNNER_TOOL_CACHE ?? '/opt', 'setup-'))
  const files = {
    ...GREETER,
    ...DOCUMENTS,
    'plans/spec.md': specUntil(join(tools.path, 'go')),
    '.github/actions/chorus-setup/action.yml': setUp(tools.path),
  }
  const plain = printCaller({ source: `${SOURCE.owner}/${SOURCE.name}`, ref: SOURCE.ref })
  const caller = plain.replace('    with:\n', '    with:\n      setup: true\n')
  await using story = await openStory({ seed: 1, files, caller })
  const epic = await story.issue({ title: TITLE, script: ['run at-hand', ...PLANNING_SCRIPT] })
  await story.comment(epic, '/chorus plan scripted', 'sam')
  await story.comment(epic, '/chorus plan scripted')

  const pull = await story.until('the plan is shown', () => story.pullOf(epic))
  const folder = `specs/${printFeature(epic, TITLE)}`
  expect(pull.head.ref).toBe(`agent/scripted/${printTaskId(epic)}`)
  for (const name of ['SPEC', 'ARCHITECTURE', 'QA', 'PLAN']) {
    expect(await story.file(`${folder}/${name}.md`, pull.head.sha)).toContain('Words about it')
  }
  await story.until('the gate asks', () => story.gateOf(pull.head.sha)?.title?.startsWith('plan: 3 tasks'))
  const shown = story.theIssue(pull.number).body ?? ''
  expect(shown).toContain('t0 --> t2')
  expect(shown).not.toMatch(/closes #/i)

  // What could not be used went back to who wrote it, and nobody else.
  expect(await reportOf(story, epic, 1)).toMatchObject({ outcome: 'done', loops: 4 })

  // Planners see no more than they have to: side by side, and the last of them no repository.
  const [run] = runsOf(story, epic)
  const jobs = run!.jobs.filter(job => job.conclusion !== 'skipped').map(job => job.name.split(' / ').at(-1))
  expect(jobs.sort()).toEqual(['architecture', 'deliver', 'qa', 'spec', 'synthesis'])
  const log = run!.jobs.find(job => job.name.endsWith('synthesis'))!.log
  expect(log.match(/Flow sequence|words → tone → words|at most 100 tasks: GitHub/g)).toEqual([
    'Flow sequence',
    'words → tone → words',
    'at most 100 tasks: GitHub',
  ])
  // Each that runs an agent was prepared by the repository itself.
  const prepared = readFileSync(join(tools.path, 'jobs.txt'), 'utf8').trim().split('\n')
  expect(prepared.sort()).toEqual(['architecture', 'qa', 'spec', 'synthesis'])

  // A person edits one task: first wrongly, then rightly.
  const path = `${folder}/BACKLOG.yaml`
  const backlog = (await story.file(path, pull.head.sha))!
  const edit = (text: string) => story.push({ branch: pull.head.ref, files: { [path]: text }, by: 'grace' })
  const wrong = await edit(backlog.replace('depends_on: [words, tone]', 'depends_on: [ghost]'))
  await story.until('the mistake is told', () =>
    story.gateOf(wrong)?.title?.includes('no task has the id "ghost"'),
  )
  const line = backlog.split('\n').findIndex(text => text.includes('depends_on: [words, tone]')) + 1
  const notes = [...story.repo.checkRuns.values()]
    .filter(run => run.head_sha === wrong)
    .flatMap(run => run.annotations)
  expect(notes.filter(note => note.path === path)).toEqual([
    expect.objectContaining({ start_line: line, message: expect.stringContaining('"ghost"') }),
  ])
  const loud = await edit(backlog.replace('title: Add voice', 'title: Add a loud voice'))
  await story.until('the gate asks again', () => story.gateOf(loud)?.title?.startsWith('plan: 3 tasks'))
  // Approved by a review and in words, and then edited before it landed: that is not what was approved, and it is said.
  await story.comment(pull.number, '/chorus hold')
  await review(story, { pull: pull.number, event: 'APPROVE' })
  await story.comment(pull.number, '/chorus approve')
  await story.until('it is approved', () => !story.gateOf(loud)?.title?.startsWith('plan:'))
  const right = await edit(backlog.replace('title: Add voice', 'title: Add a clear voice'))
  const unapproved = 'plan: 3 tasks would begin; what grace, ada approved was changed since'
  await story.until('that is told', () => story.gateOf(right)?.title === unapproved)
  // Of what stands there: said before its gate did, it would be of what was there before.
  await story.comment(pull.number, '/chorus merge')
  // Who may not push approves nothing.
  await review(story, { pull: pull.number, event: 'APPROVE', by: 'tim' })
  const word = await story.comment(pull.number, '/chorus approve', 'tim')
  await story.until('that is refused', () => reactionsTo(story, word).includes('-1'))
  await story.quiet()
  expect(story.gateOf(right)?.title).toBe(unapproved)
  expect([...story.repo.issues.values()].filter(issue => issue.number > pull.number)).toEqual([])
  await review(story, { pull: pull.number, event: 'APPROVE' })

  const made = () => [...story.repo.issues.values()].filter(one => one.title.startsWith('Add '))
  const [words, tone, voice] = await story.until('the tasks are issues', () => made().length === 3 && made())
  const begun = [words!.number, tone!.number]
  await story.until('two are under way', () => begun.every(issue => isAtWork(story, issue)))

  // Edited while work goes on: what has begun stays as it is, and that is said; what has not follows, and waits for less.
  const now = (await story.file(path))!
  const toneTask = now.slice(now.indexOf('  - id: tone'), now.indexOf('  - id: voice'))
  const later = now
    .replace(toneTask, toneTask.replaceAll('tone', 'echo').replace(/until .*?done/, 'true'))
    .replace('title: Add words', 'title: Add other words')
    .replace('title: Add a clear voice', 'title: Add a clear, calm voice')
    .replace('depends_on: [words, tone]', 'depends_on: [words]')
  await story.push({ branch: story.repo.default_branch, files: { [path]: later }, by: 'grace' })
  await story.until('what has not begun follows', () => {
    const { title, blockedBy } = story.theIssue(voice!.number)
    return title === 'Add a clear, calm voice' && blockedBy.length === 1 && made().length === 4
  })
  await story.comment(epic, '/chorus status')
  const left = [
    `- #${words!.number} Add words: it had begun before, so it stays`,
    `- #${tone!.number} Add tone: dropped there, but it had begun before, so it goes on`,
  ]
  await story.until('what has begun is said to stay', () =>
    left.every(line => story.saidOn(epic).some(text => text.includes(line))),
  )
  writeFileSync(join(tools.path, 'go'), '')
  const tasks = made()
  await story.until('all are merged', () => tasks.every(task => story.pullOf(task.number)?.merged))
  await story.until('the epic is closed', () => story.theIssue(epic).state === 'closed')
  await story.quiet()

  expect(tasks.map(task => story.theIssue(task.number).title)).toEqual([
    'Add words',
    'Add tone',
    'Add a clear, calm voice',
    'Add echo',
  ])
  expect(story.theIssue(epic).subIssues.toSorted()).toEqual(tasks.map(task => task.id).toSorted())
  for (const name of ['words', 'tone', 'voice', 'echo'])
    expect(await story.file(`src/${name}.js`)).not.toBeNull()
  expect(
    (await story.history()).filter(subject => /feat: add (?:words|tone|voice|echo)/.test(subject)),
  ).toHaveLength(4)
  expect(story.theIssue(voice!.number).body).not.toMatch(/SPEC|Words about it|add words/)
  // What the plan says beside them reached none of them: measured on what they were told.
  for (const task of tasks) {
    const { number } = story.pullOf(task.number)!
    expect(story.theIssue(number).body).toMatch(/ in all, planning text 0 % \(rules .*, goal /)
  }
  // What it took is told at the end, and added up from the accounts alone it comes to the same.
  expect(story.saidOn(epic).at(-1)).toMatch(
    /\*\*What it took\*\*\n- 4 of 4 tasks landed, each by the first attempt\n/,
  )
  const { groups } = JSON.parse(await chorus(story, ['metrics', '--json', '--by', 'kind']))
  expect(groups.find((group: { key: string }) => group.key === 'total')).toMatchObject({
    tasks: { begun: 4, landed: 4, first_attempt_success: 1, rebase_rate: 0 },
    phases: { plan: { attempts: 1 }, work: { attempts: 4, planning_share: 0 } },
  })
  // Nobody was asked twice, nothing was made twice.
  expect(made()).toHaveLength(4)
  expect(runsOf(story, epic)).toHaveLength(1)
  for (const task of tasks) expect(runsOf(story, task.number)).toHaveLength(1)
}, 300_000)
