/** A model provider of one's own: from what stands in the form to what is sent. */
import type { Schemas } from '../api/client';

/** As the API names them, with what each is and where it usually is. */
export const PROVIDERS = [
  { id: 'openrouter', name: 'OpenRouter', usual: 'https://openrouter.ai/api/v1', key: true },
  {
    id: 'openai',
    name: 'OpenAI, or whatever speaks like it (vLLM, llama.cpp, LiteLLM)',
    usual: 'https://api.openai.com/v1',
    key: true,
  },
  { id: 'ollama', name: 'Ollama', usual: 'http://localhost:11434/v1', key: false },
  { id: 'lmstudio', name: 'LM Studio', usual: 'http://localhost:1234/v1', key: false },
  { id: 'demo', name: 'Demo: builds a canned app, asks no model', usual: '', key: false },
] as const;

/** What stands in the form; no provider: the installation's. */
export interface Form {
  provider: string;
  baseUrl: string;
  model: string;
  apiKey: string;
}

type Stored = Schemas['ProviderSettings'];

/** The form as it is at first. */
export function formOf(stored: Stored): Form {
  return {
    provider: stored.provider ?? '',
    baseUrl: stored.baseUrl ?? '',
    model: stored.model ?? '',
    apiKey: '',
  };
}

/** What is sent: fields that are empty are left out. */
export function bodyOf(form: Form): Schemas['SetProvider'] {
  const [baseUrl, model, apiKey] = [form.baseUrl.trim(), form.model.trim(), form.apiKey.trim()];
  return {
    provider: form.provider,
    ...(baseUrl !== '' && { baseUrl }),
    ...(model !== '' && { model }),
    ...(apiKey !== '' && { apiKey }),
  };
}

/** What is wrong with an address, in words; undefined: nothing that shows here. */
export function wrongBaseUrl(baseUrl: string): string | undefined {
  const text = baseUrl.trim();
  if (text === '') return undefined;
  const is = /^https?:\/\/[^\s/]/i.test(text) && URL.canParse(text);
  return is ? undefined : 'An address begins with https:// or http://, and mostly ends with /v1.';
}

/** Whether the stored key is the one for what stands in the form: a key goes to no other server. */
export function keepsKey(form: Form, stored: Stored): boolean {
  return (
    stored.hasKey &&
    form.provider === stored.provider &&
    form.baseUrl.trim() === (stored.baseUrl ?? '')
  );
}

/** Whether the form says anything else than what is stored. */
export function isChanged(form: Form, stored: Stored): boolean {
  const before = formOf(stored);
  return (['provider', 'baseUrl', 'model', 'apiKey'] as const).some(
    (field) => form[field].trim() !== before[field],
  );
}
