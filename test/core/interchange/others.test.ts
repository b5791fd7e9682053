import { describe, expect, test } from 'vitest'
import { writeSpecKit } from '../../../core/interchange/speckit.ts'
import { writeTaskMaster } from '../../../core/interchange/taskmaster.ts'
import { readSample } from './samples.ts'

describe('task-master', () => {
  const task = (id: number | string, more: object = {}) => ({
    id,
    title: `Task ${id}`,
    status: 'pending',
    priority: 'medium',
    dependencies: [],
    ...more,
  })
  const file = {
    metadata: { taskCount: 4 },
    tasks: [
      task(1, { status: 'done' }),
      task(2, {
        dependencies: [1, '9'],
        priority: 'critical',
        details: 'How',
        description: 'What',
        testStrategy: 'npm test',
        acceptanceCriteria: ['green'],
        relevantFiles: [
          { path: 'src/a.ts', action: 'modify' },
          { path: 'docs/x.md', action: 'reference' },
        ],
        subtasks: [task(1), task(2, { dependencies: [1, '3.1'] })],
      }),
      task('3', { status: 'review', priority: 'huge', subtasks: [task(1, { status: 'cancelled' })] }),
      task(4, { status: 'frozzled', tags: ['ui'] }),
    ],
  }
  const text = JSON.stringify(file, null, 2)
  const { items, notes } = readSample('.taskmaster/tasks/tasks.json', text)
  const of = (key: string) => items.find(item => item.key === key)!

  test('tasks and subtasks', () => {
    expect(items.map(item => item.key)).toEqual(['1', '2', '2.1', '2.2', '3', '3.1', '4'])
    expect(of('1').passed).toBe('done')
    expect(of('2')).toMatchObject({
      goal: 'What\n\nHow',
      acceptance: '- [ ] green\n- [ ] npm test',
      scope: ['src/a.ts'],
      priority: 0,
      blockedBy: ['1'],
    })
    // A bare number is a sibling; a subtask has its task's priority.
    expect(of('2.2')).toMatchObject({ parent: '2', blockedBy: ['2.1', '3.1'] })
    expect(of('3')).toMatchObject({ labels: ['needs-review'], priority: 2 })
    expect(of('4')).toMatchObject({ labels: ['ui'], passed: null })
  })

  test('what was mapped is said', () => {
    expect(notes.map(note => `${note.kind} ${note.about}`).sort()).toEqual(
      ['dangling 2', 'priority 3', 'status 3', 'status 3.1', 'status 4'].sort(),
    )
  })

  test('by tag: the master one, or the one that is named', () => {
    const tagged = JSON.stringify({ master: { tasks: [task(1)] }, next: { tasks: [task(7)] } })
    expect(readSample('tasks.json', tagged)).toMatchObject({
      source: 'taskmaster:master',
      items: [{ key: '1' }],
    })
    expect(readSample('tasks.json', tagged, 'next')).toMatchObject({
      source: 'taskmaster:next',
      items: [{ key: '7' }],
    })
  })

  test('states go back; nothing else moves', () => {
    expect(writeTaskMaster(text, null, new Map([['2', false]]))).toBe(text)
    const back = writeTaskMaster(
      text,
      null,
      new Map([
        ['2.1', true],
        ['1', false],
      ]),
    )
    const wanted = structuredClone(file)
    wanted.tasks[0]!.status = 'pending'
    ;(wanted.tasks[1] as unknown as { subtasks: { status: string }[] }).subtasks[0]!.status = 'done'
    expect(back).toBe(JSON.stringify(wanted, null, 2))
  })
})

describe('spec-kit', () => {
  const text = [
    '# Tasks: login',
    '## Phase 1: Setup',
    '- [x] T001 Create the project',
    '- [ ] T002 [P] Lint in `biome.json`',
    '- [ ] T003 [P] CI in `.github/ci.yml`',
    '## Phase 2: Foundational',
    '- [ ] T004 Schema in src/db/schema.ts',
    '## Phase 3: User Story 1 - in (Priority: P1)',
    '- [ ] T005 [P] [US1] Test in tests/in.test.ts',
    '- [ ] T006 [P] [US1] Same file tests/in.test.ts',
    '- [ ] T007 [US1] Build it',
    '**Checkpoint**: works',
    '## Phase 4: User Story 2 - out',
    '- [ ] T008 [US2] Build that (depends on T005, T999)',
    '- [ ] T009 [US2] And more',
    '## Phase 5: Polish & Cross-Cutting',
    '- [ ] T1000 Docs',
    '',
  ].join('\r\n')
  const { items, notes, source } = readSample('specs/001-login/tasks.md', text)
  const waits = Object.fromEntries(items.map(item => [item.key, item.blockedBy]))

  test('phases, barriers and words make the links', () => {
    expect(source).toBe('speckit:001-login')
    expect(waits).toEqual({
      T001: [],
      T002: ['T001'],
      T003: ['T001'],
      T004: ['T002', 'T003'],
      T005: ['T004'],
      T006: ['T004', 'T005'],
      T007: ['T005', 'T006'],
      T008: ['T005'],
      T009: ['T008'],
      T1000: ['T007', 'T009'],
    })
    expect(notes).toMatchObject([{ kind: 'dangling', about: 'T008' }])
  })

  test('titles are those of its own export; files are the scope', () => {
    expect(items[3]).toMatchObject({ title: 'T004: Schema in src/db/schema.ts', scope: ['src/db/schema.ts'] })
    expect(items[0]!.passed).toBe('done')
  })

  test('boxes are ticked, line ends stay', () => {
    expect(
      writeSpecKit(
        text,
        new Map([
          ['T001', true],
          ['T004', false],
        ]),
      ),
    ).toBe(text)
    const back = writeSpecKit(
      text,
      new Map([
        ['T001', false],
        ['T1000', true],
      ]),
    )
    expect(back).toBe(text.replace('[x] T001', '[ ] T001').replace('[ ] T1000', '[x] T1000'))
  })
})
