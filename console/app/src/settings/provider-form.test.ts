import { expect, test } from 'vitest';
import { bodyOf, formOf, isChanged, keepsKey, wrongBaseUrl } from './provider-form';

const stored = {
  provider: 'openai',
  baseUrl: 'http://llm.example/v1',
  model: 'm',
  hasKey: true,
  keyHint: 'abcd',
};

test('what is stored stands in the form, but never the key', () => {
  expect(formOf(stored)).toEqual({
    provider: 'openai',
    baseUrl: 'http://llm.example/v1',
    model: 'm',
    apiKey: '',
  });
  expect(formOf({ hasKey: false })).toEqual({ provider: '', baseUrl: '', model: '', apiKey: '' });
  expect(isChanged(formOf(stored), stored)).toBe(false);
});

test('empty fields are left out, so that a stored key stays', () => {
  expect(bodyOf(formOf(stored))).not.toHaveProperty('apiKey');
  expect(bodyOf({ provider: 'ollama', baseUrl: ' ', model: ' q ', apiKey: ' k ' })).toEqual({
    provider: 'ollama',
    model: 'q',
    apiKey: 'k',
  });
});

test('a key belongs to its provider and address', () => {
  const form = formOf(stored);
  expect(keepsKey(form, stored)).toBe(true);
  expect(keepsKey({ ...form, model: 'other' }, stored)).toBe(true);
  expect(keepsKey({ ...form, provider: 'openrouter' }, stored)).toBe(false);
  expect(keepsKey({ ...form, baseUrl: 'http://elsewhere.example/v1' }, stored)).toBe(false);
  expect(keepsKey(form, { ...stored, hasKey: false })).toBe(false);
});

test('addresses begin with http', () => {
  for (const good of ['', ' ', 'http://localhost:1234/v1', 'HTTPS://a.example']) {
    expect(wrongBaseUrl(good)).toBeUndefined();
  }
  for (const bad of ['localhost:1234', 'ftp://a', 'http://', 'http://a b']) {
    expect(wrongBaseUrl(bad)).toBeDefined();
  }
});
