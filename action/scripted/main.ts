import { readFile } from 'node:fs/promises'
import { printProblem } from '../../core/contract/problem.ts'
import { readScriptedInputs } from '../inputs.ts'
import { play } from './play.ts'
import { readScript } from './script.ts'
import { printWord } from './word.ts'

const inputs = readScriptedInputs()
if (!inputs.ok) fail(inputs.problems.map(printProblem))
const script = readScript(await readFile(inputs.value.prompt, 'utf8'), inputs.value)
if (!script.ok) fail(script.problems.map(printProblem))
const word = await play(script.value, {
  cwd: process.cwd(),
  inputs: inputs.value,
  print: text => process.stdout.write(text),
  exit: code => process.exit(code),
})
process.stdout.write(`${printWord(word)}\n`)

function fail(lines: readonly string[]): never {
  const failure = `The script cannot be read: ${lines.join('; ')}`
  process.stdout.write(`${printWord({ message: failure, failure })}\n`)
  process.exit(1)
}
