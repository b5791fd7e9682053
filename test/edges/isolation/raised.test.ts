import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { NODE } from '../../../action/inputs.ts'

/** What the work action does first on machines where its user may become root. */
const module = new URL('../../../action/isolation/raise.ts', import.meta.url)
const program = `
import { onEnd, raise } from '${module}'
const code = await raise(process.env.PATH)
if (code !== null) process.exit(code)
const alive = setInterval(() => {}, 1000)
onEnd(() => { console.log('over'); clearInterval(alive); process.exitCode = 7 })
console.log(process.getuid(), process.env.GROUND_TOKEN, process.argv.slice(2).join())
if (!process.argv.includes('stay')) clearInterval(alive)
`
const args = ['--input-type=module', '-e', program, 'start']
const env = { PATH: process.env.PATH ?? '', GROUND_TOKEN: 'in the environment' }
const canRaise = process.getuid?.() !== 0 && spawnSync('sudo', ['-n', 'true']).status === 0

test('who is root, or cannot become it, goes on as it is', { skip: canRaise }, () => {
  const { stdout, status } = spawnSync(NODE, args, { env, encoding: 'utf8' })
  expect([stdout, status]).toEqual([`${process.getuid?.()} in the environment \n`, 0])
})

test('where somebody relies on it, it is so', { skip: process.env.ISOLATION_RAISES === undefined }, () => {
  expect(canRaise).toBe(true)
})

test('who may become root does, with its environment', { skip: !canRaise }, () => {
  const { stdout, status } = spawnSync(NODE, args, { env, encoding: 'utf8' })
  expect([stdout, status]).toEqual(['0 in the environment --raised\n', 0])
})

test('a signal to the one that was started reaches the one that works', { skip: !canRaise }, async () => {
  const child = spawn(NODE, [...args, 'stay'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', chunk => {
    said += String(chunk)
    if (said.includes('stay')) child.kill('SIGINT')
  })
  const [code] = await once(child, 'close')
  expect([code, said.endsWith('over\n')]).toEqual([7, true])
})
