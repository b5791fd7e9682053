import { describe, expect, test } from 'vitest'
import { emptyControls, type TaskRecord } from '../../../core/ledger.ts'
import { printTaskId } from '../../../core/names.ts'
import { plan } from '../../../core/plan.ts'
import type { World } from '../../../core/world.ts'
import {
  alice,
  at,
  makeComment,
  makeConfig,
  makeIssue,
  makeLabeled,
  makeRecord,
  makeTask,
  makeWorld,
} from '../../make.ts'

/** Who lifts what is not there gets a word, and hears what holds all the same. */

const EPIC = 5
const by = { id: alice.id, login: 'alice' }
const said = { by, at: at(1) }

type Given = { record?: Partial<TaskRecord>; epic?: Partial<TaskRecord>; controls?: object } & Pick<
  Partial<World>,
  'owner' | 'config'
>

/** What is answered on an issue below an epic; empty where there is only the thumb. */
function answerTo(body: string, { record, epic, controls, ...over }: Given = {}): string {
  const comments = body.split('\n\n').map((one, i) => makeComment({ id: 900 + i, at: at(50 + i), body: one }))
  const timeline = [makeLabeled('agent:codex'), ...comments]
  const task = makeTask({
    issue: makeIssue({ parent: EPIC, timeline }),
    record: makeRecord(record),
    statusComment: { id: 5, body: '', at: at(20) },
  })
  const above = makeTask({
    id: printTaskId(EPIC),
    issue: makeIssue({ number: EPIC, container: true, labels: [], timeline: [] }),
    record: makeRecord({ issue: EPIC, approval: null, ...epic }),
  })
  const made = makeWorld({ tasks: [above, task], ...over })
  const ledger = { ...made.ledger, controls: { ...emptyControls, ...controls } }
  const { effects } = plan({ ...made, ledger }, { now: at(60), digest: () => 'd'.repeat(64) })
  const reactions = effects.flatMap(effect => (effect.do === 'react' ? effect.content : []))
  expect(new Set(reactions)).toEqual(new Set(['+1']))
  // It is taken all the same: a freeze that is heard after it must not outlive it.
  expect(effects.find(effect => effect.do === 'record')?.records.has(task.id)).toBe(true)
  const say = effects.find(effect => effect.do === 'say' && effect.task === task.id)
  const text = say?.do === 'say' ? say.body : ''
  return /<!-- chorus:answer[^>]*-->\n([\s\S]*?)\n<!--/.exec(text)?.[1] ?? ''
}

const owner = (words: object): World['owner'] => ({
  home: 'octo/.github',
  stopped: null,
  paused: null,
  frozen: null,
  distrust: null,
  ...words,
})
const config: World['config'] = {
  ok: true,
  value: makeConfig({ gates: { freeze: [{ days: ['fri'], from: '11:00', to: '14:00' }] } }),
}

describe('/chorus unfreeze', () => {
  test.each<[string, Given, readonly string[]]>([
    ['nothing was frozen', {}, ['Nobody had frozen landings in this repository', '`chorus/gate`']],
    ['something was', { controls: { frozen: said } }, []],
    [
      'not here: by the owner, for all',
      { owner: owner({ frozen: said }) },
      ['Nobody had frozen', 'octo/.github: `/chorus unfreeze` there lets them go on'],
    ],
    [
      'here and by the owner',
      { controls: { frozen: said }, owner: owner({ frozen: said }) },
      ['lifted', 'octo/.github: `/chorus unfreeze` there lets them go on'],
    ],
    [
      'not here: by the configuration',
      { config },
      ['Nobody had frozen', 'on fri from 11:00 to 14:00 UTC, as `gates.freeze` says', '`.github/chorus.yml`'],
    ],
    ['paused is not frozen', { controls: { paused: said } }, ['Nobody had frozen']],
  ])('%s', (_, given, words) => {
    const answer = answerTo('/chorus unfreeze', given)
    if (words.length === 0) expect(answer).toBe('')
    for (const word of words) expect(answer).toContain(word)
    expect(answer).not.toContain('\n')
  })

  test('of what was frozen a moment before, in the same pass, nothing is denied', () => {
    expect(answerTo('/chorus freeze\n\n/chorus unfreeze')).toBe('')
  })
})

describe('/chorus resume all', () => {
  test.each<[string, Given, readonly string[]]>([
    ['nothing was held', {}, ['Nobody had paused or stopped this repository']],
    ['it was paused', { controls: { paused: said } }, []],
    ['it was stopped', { controls: { stopped: said } }, []],
    [
      'not here: by the owner',
      { owner: owner({ stopped: said }) },
      ['Nobody had paused', 'stopped by @', 'octo/.github; `/chorus resume all` there lets them go on'],
    ],
    [
      'here and by the owner',
      { controls: { paused: said }, owner: owner({ paused: said }) },
      ['lifted', 'octo/.github; `/chorus resume all` there'],
    ],
  ])('%s', (_, given, words) => {
    const answer = answerTo('/chorus resume all', given)
    if (words.length === 0) expect(answer).toBe('')
    for (const word of words) expect(answer).toContain(word)
  })
})

describe('what was said on another issue, heard in the same look', () => {
  const say = (number: number, body: string, minute: number) =>
    makeTask({
      id: printTaskId(number),
      issue: makeIssue({ number, timeline: [makeComment({ id: 900 + number, at: at(minute), body })] }),
      record: makeRecord({ issue: number }),
      statusComment: { id: number, body: '', at: at(20) },
    })
  const denies = (...tasks: ReturnType<typeof say>[]) => {
    const { effects } = plan(makeWorld({ tasks }), { now: at(60), digest: () => 'd'.repeat(64) })
    expect(effects.filter(effect => effect.do === 'react')).toHaveLength(tasks.length)
    return effects.some(effect => effect.do === 'say' && effect.body.includes('Nobody had'))
  }

  test.each([
    ['pause', 'resume'],
    ['stop', 'resume'],
  ])('a %s of all before it is no “nobody”, whichever issue comes first', (hold, lift) => {
    const [held, lifted] = [`/chorus ${hold} all`, `/chorus ${lift} all`]
    expect(denies(say(1, held, 50), say(2, lifted, 51))).toBe(false)
    expect(denies(say(1, lifted, 51), say(2, held, 50))).toBe(false)
    // One that came later does not count.
    expect(denies(say(1, held, 52), say(2, lifted, 51))).toBe(true)
  })

  test('a freeze', () => {
    expect(denies(say(1, '/chorus freeze', 50), say(2, '/chorus unfreeze', 51))).toBe(false)
    expect(denies(say(1, '/chorus pause all', 50), say(2, '/chorus unfreeze', 51))).toBe(true)
  })
})

describe('/chorus resume on an issue', () => {
  test.each<[string, Given, readonly string[]]>([
    ['nothing was held', {}, ['Nobody had paused or stopped this issue']],
    ['it was paused', { record: { paused: true } }, []],
    ['it was stopped', { record: { stopped: said } }, []],
    [
      'its parent is',
      { epic: { paused: true } },
      ['Nobody had paused or stopped this issue', '#5 is paused; `/chorus resume` there lets it go on'],
    ],
    ['the repository is', { controls: { paused: said } }, ['Nobody had', '`/chorus resume all` lets it go']],
  ])('%s', (_, given, words) => {
    const answer = answerTo('/chorus resume', given)
    if (words.length === 0) expect(answer).toBe('')
    for (const word of words) expect(answer).toContain(word)
  })
})
