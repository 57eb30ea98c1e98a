// OpenAI's own Node client against the gateway at LLMOPS_GATEWAY with LLMOPS_API_KEY; prints what it saw as one JSON document.
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: process.env.LLMOPS_GATEWAY, apiKey: process.env.LLMOPS_API_KEY });
const asked = { model: 'sdk', messages: [{ role: 'user', content: 'a late room' }] };

const { data: chat, request_id: requestId } = await client.chat.completions.create(asked).withResponse();

const streamed = { text: '', finish: null, usage: null };
for await (const chunk of await client.chat.completions.create({ ...asked, stream: true, stream_options: { include_usage: true } })) {
  streamed.text += chunk.choices[0]?.delta?.content ?? '';
  streamed.finish ??= chunk.choices[0]?.finish_reason ?? null;
  streamed.usage = chunk.usage ?? streamed.usage;
}

const embedded = await client.embeddings.create({ model: 'embedded/lexical-384', input: ['a pool', 'a bar'] });
const models = [];
for await (const model of client.models.list()) models.push(model.id);
const model = await client.models.retrieve('sdk');

const error = await client.chat.completions.create({ ...asked, model: 'nobody' }).catch(error => ({
  name: error.constructor.name, status: error.status, code: error.code, type: error.type, param: error.param, requestId: error.requestID,
}));

console.log(JSON.stringify({
  chat, requestId, streamed, models, model: model.id, error,
  embeddings: embedded.data.map(item => ({ index: item.index, length: item.embedding.length, first: item.embedding.find(number => number !== 0) })),
}));
