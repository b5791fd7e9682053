import { openaiProblem } from '../openai.ts'
import { eventFrame, type Protocol } from '../protocol.ts'
import { readResponses } from './read.ts'
import { responseFrames, wholeResponse } from './write.ts'

export const responses: Protocol = {
  read: readResponses,
  whole: (_ask, reply) => wholeResponse(reply),
  frames: (_ask, reply) => responseFrames(reply),
  problem: openaiProblem,
  lateProblem: problem => {
    const { error } = openaiProblem(problem)
    const response = { id: 'resp_failed', object: 'response', status: 'failed', error, output: [] }
    return eventFrame('response.failed', { type: 'response.failed', sequence_number: 9999, response }).text
  },
}
