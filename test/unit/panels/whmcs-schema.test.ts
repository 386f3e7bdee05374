import { describe, expect, it } from 'vitest';
import { whmcsSchemas } from '../../../providers/panels/whmcs/options.ts';
import {
  answerSchema,
  listsRegistrar,
  nameServers,
  parameterNames,
  registrarOfDomain,
  type WhmcsSuccess,
} from '../../../providers/panels/whmcs/schema.ts';

function success(fields: object): WhmcsSuccess {
  return { result: 'success', ...fields };
}

describe("WHMCS's answers", () => {
  it('reads the names of settings, nested as installations send them and flattened as the documentation shows them', () => {
    const nested = success({ parameters: [{ name: 'API_UserName' }, { name: 'API_Password', fieldType: 'password' }] });
    const flat = success({ 'parameters[0][name]': 'API_UserName', 'parameters[1][name]': 'API_Password' });
    expect(parameterNames(nested)).toEqual(['API_UserName', 'API_Password']);
    expect(parameterNames(success({ parameters: [{ name: 'words of the panel' }] }))).toEqual([]);
    expect(parameterNames(flat)).toEqual(['API_UserName', 'API_Password']);
  });

  it.each([
    [{ registrars: ['domainnameapi'] }, true],
    [{ registrars: [{ module: 'domainnameapi', display_name: 'DNA' }] }, true],
    [{ registrars: { registrar: [{ module: 'enom' }] } }, false],
    [{ registrars: { domainnameapi: { display_name: 'DNA' } } }, true],
    [{ 'registrars[0][module]': 'domainnameapi' }, true],
    [{ other: 'domainnameapi' }, false],
  ])('finds the module in the list of registrars: %j', (fields, found) => {
    expect(listsRegistrar(success(fields), 'domainnameapi')).toBe(found);
  });

  it('finds the registrar of exactly the domain asked for', () => {
    const domains = [
      { id: 1, registrar: 'enom' },
      { id: '12', registrar: 'domainnameapi' },
    ];
    const flat = {
      'domains[domain][0][id]': '1',
      'domains[domain][0][registrar]': 'enom',
      'domains[domain][1][id]': '12',
      'domains[domain][1][registrar]': 'domainnameapi',
    };
    for (const answer of [success({ domains: { domain: domains } }), success(flat)]) {
      expect(registrarOfDomain(answer, 12)).toBe('domainnameapi');
      expect(registrarOfDomain(answer, 1)).toBe('enom');
      expect(registrarOfDomain(answer, 2)).toBeUndefined();
    }
  });

  it('reads name servers and takes empty ones for none', () => {
    expect(nameServers(success({ ns1: 'ns1.example.com', ns2: '' }))).toEqual(['ns1.example.com']);
    expect(nameServers(success({ ns1: '', status: 'x' }))).toEqual([]);
  });

  it('is not thrown by a very deep answer', () => {
    let deep: unknown = 'domainnameapi';
    for (let i = 0; i < 5000; i++) deep = { deep };
    expect(listsRegistrar(success({ registrars: deep }), 'domainnameapi')).toBe(false);
  });

  it.each([{}, { result: 'maybe' }, [], 'success', undefined, null])('takes %j for no answer of the API', (body) => {
    expect(answerSchema.safeParse(body).success).toBe(false);
  });
});

describe("WHMCS's options", () => {
  const panel = { url: 'https://billing.example.com', identifier: 'env:WHMCS_ID', secret: 'env:WHMCS_SECRET' };

  it('takes references and an https address', () => {
    expect(whmcsSchemas.panel.safeParse(panel).success).toBe(true);
  });

  it.each([
    { ...panel, url: 'http://billing.example.com' },
    { ...panel, url: 'https://admin:pw@billing.example.com' },
    { ...panel, secret: 'aVerySecretValue' },
    { ...panel, unknown: true },
  ])('refuses %j', (options) => {
    expect(whmcsSchemas.panel.safeParse(options).success).toBe(false);
  });

  it.each([
    { settings: { API_Password: 'x' } },
    { settings: { API_TestMode: 'on' } },
    { settings: { AI_OpenAI_Key: 'sk-1' } },
    { settings: { 'a][b': 'x' } },
    { canaryDomainId: 0 },
    { canaryDomainId: '12' },
  ])('refuses the binding %j', (options) => {
    expect(whmcsSchemas.binding.safeParse(options).success).toBe(false);
  });

  it('takes other settings of the module', () => {
    const binding = { canaryDomainId: 12, settings: { basecurrency: 'USD', TrTaxNumber: '' } };
    expect(whmcsSchemas.binding.parse(binding)).toEqual(binding);
  });
});
